package dev.conclave.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** Keeps the shape that docs/internals.md draws: who may see whom, and where time comes from. */
@AnalyzeClasses(packages = "dev.conclave", importOptions = LayersTest.MainClasses.class)
class LayersTest {
    private static final String API = "dev.conclave";
    private static final String RING = "dev.conclave.ring..";
    private static final String SPI = "dev.conclave.spi..";
    private static final String ENGINE = "dev.conclave.engine..";
    private static final String MEMORY = "dev.conclave.memory..";

    private static final String ENTRY_POINT = "dev.conclave.Conclave";
    private static final String CLOCK = "dev.conclave.engine.SystemTime";

    private static final Set<String> CLOCK_READINGS =
            Set.of("currentTimeMillis", "nanoTime", "now", "systemUTC", "sleep");
    private static final Set<String> TIMERS = Set.of("orTimeout", "completeOnTimeout", "delayedExecutor");

    @ArchTest
    static final ArchRule theApiSeesTheEngineOnlyThroughItsEntryPoint = noClasses()
            .that(resideInAPackage(API).and(DescribedPredicate.not(isOrIsNestedIn(ENTRY_POINT))))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ENGINE)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule theRingIsPure = noClasses()
            .that()
            .resideInAPackage(RING)
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages("java..", "org.jspecify..", RING)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule theDriverInterfaceKnowsNeitherEngineNorDrivers = noClasses()
            .that()
            .resideInAPackage(SPI)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ENGINE, MEMORY)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule theEngineKnowsNoDriver = noClasses()
            .that()
            .resideInAPackage(ENGINE)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(MEMORY)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule theMemoryDriverIsADriverLikeAnyOther = noClasses()
            .that()
            .resideInAPackage(MEMORY)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ENGINE)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule timeComesFromOneClass = noClasses()
            .that(DescribedPredicate.not(isOrIsNestedIn(CLOCK)))
            // It hands an application's own time-out on to a copy; the engine sets none with it.
            .and()
            .doNotHaveFullyQualifiedName("dev.conclave.engine.LossFuture")
            // What drivers read sockets with, which no test's time can hold up.
            .and()
            .resideOutsideOfPackage("dev.conclave.spi.support")
            .should()
            .accessTargetWhere(readsAClockOrSetsATimer())
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.Timer")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ScheduledThreadPoolExecutor.class)
            .because("the engine runs in virtual time: ask the TimeSource")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule noMethodIsSynchronized = noMethods()
            .should()
            .haveModifier(JavaModifier.SYNCHRONIZED)
            .because("before JDK 24 it pins a caller's virtual thread; a ReentrantLock does not")
            .allowEmptyShould(true);

    /** ArchUnit's own option knows only target/test-classes, and a build may go to another folder. */
    static final class MainClasses implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/");
        }
    }

    private static DescribedPredicate<JavaClass> isOrIsNestedIn(String name) {
        return describe(
                "is or is nested in " + name,
                type -> type.getName().equals(name) || type.getName().startsWith(name + "$"));
    }

    private static DescribedPredicate<JavaAccess<?>> readsAClockOrSetsATimer() {
        return describe("the target reads a clock, sleeps, or sets a timer", access -> {
            AccessTarget target = access.getTarget();
            JavaClass owner = target.getOwner();
            if (owner.isAssignableTo(CompletableFuture.class)) {
                return TIMERS.contains(target.getName());
            }
            if (owner.isEquivalentTo(Executors.class)) {
                return target.getName().contains("Scheduled");
            }
            boolean tellsTime = owner.isEquivalentTo(System.class)
                    || owner.isEquivalentTo(Thread.class)
                    || owner.getName().equals("java.util.concurrent.TimeUnit")
                    || owner.getPackageName().equals("java.time");
            return tellsTime && CLOCK_READINGS.contains(target.getName());
        });
    }
}
