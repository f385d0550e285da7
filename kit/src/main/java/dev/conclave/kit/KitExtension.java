package dev.conclave.kit;

import dev.conclave.Durations;
import dev.conclave.kit.results.Outcome;
import dev.conclave.kit.results.ScenarioResult;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.platform.commons.support.AnnotationSupport;

/** Gives each scenario its {@link Stage}, clears it afterwards, and records what came of it. */
final class KitExtension
        implements ExecutionCondition,
                BeforeEachCallback,
                ParameterResolver,
                TestExecutionExceptionHandler,
                AfterEachCallback,
                TestWatcher {
    private static final Namespace NAMESPACE = Namespace.create(KitExtension.class);

    /** A stage with the backend that it has to itself, if any. */
    private record Setting(Stage stage, Optional<Backend> ownBackend) {}

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<Scenario> scenario = scenario(context);
        if (scenario.isEmpty()) {
            return ConditionEvaluationResult.enabled("a group of scenarios");
        }
        if (!Selection.includes(scenario.get())) {
            return ConditionEvaluationResult.disabled("not selected by conclave.kit.only");
        }
        return kit(context).runs(scenario.get().value())
                ? ConditionEvaluationResult.enabled("selected")
                : ConditionEvaluationResult.disabled(
                        "not selected by " + kit(context).getClass().getSimpleName());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        store(context).put("start", Stalls.now());
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Stage.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Scenario scenario = scenario(context).orElseThrow();
        Optional<Backend> own = scenario.ownBackend() ? Optional.of(kit(context).backend()) : Optional.empty();
        Stage stage = new Stage(own.orElseGet(() -> bench(context).backend()), Durations.parse(scenario.ttl()));
        store(context).put("setting", new Setting(stage, own));
        return stage;
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        Setting setting = store(context).get("setting", Setting.class);
        if (setting != null && !(failure instanceof NotApplicable)) {
            failure.addSuppressed(
                    new Diagnosis(stalls(context) + setting.stage.diagnosis(), failure instanceof TimeoutException));
        }
        throw failure;
    }

    private static String stalls(ExtensionContext context) {
        Long start = store(context).get("start", Long.class);
        return start == null ? "" : Stalls.since(start);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        Setting setting = store(context).get("setting", Setting.class);
        if (setting == null) {
            return;
        }
        try {
            setting.stage.clear();
        } finally {
            if (setting.ownBackend.isPresent()) {
                setting.ownBackend.get().close();
            }
        }
    }

    @Override
    public void testSuccessful(ExtensionContext context) {
        record(context, Outcome.PASSED, null);
    }

    @Override
    public void testAborted(ExtensionContext context, @Nullable Throwable cause) {
        record(context, Outcome.NOT_APPLICABLE, cause);
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        record(context, Outcome.FAILED, cause);
    }

    private void record(ExtensionContext context, Outcome outcome, @Nullable Throwable cause) {
        Long start = store(context).get("start", Long.class);
        double seconds = start == null ? 0 : Math.round((System.nanoTime() - start) / 1e6) / 1e3;
        bench(context)
                .record(new ScenarioResult(
                        scenario(context).orElseThrow().value(),
                        context.getDisplayName(),
                        outcome,
                        Optional.ofNullable(cause).map(KitExtension::reason),
                        Optional.of(seconds)));
    }

    private static String reason(Throwable cause) {
        return cause instanceof NotApplicable
                ? String.valueOf(cause.getMessage())
                : cause.toString().lines().findFirst().orElse("");
    }

    private static Optional<Scenario> scenario(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getElement(), Scenario.class);
    }

    private static DriverKit kit(ExtensionContext context) {
        return context.getRequiredTestInstances().findInstance(DriverKit.class).orElseThrow();
    }

    /** The bench of the driver's test class; made when it is first needed, closed with the class. */
    private static Bench bench(ExtensionContext context) {
        ExtensionContext top = context;
        while (top.getParent().flatMap(ExtensionContext::getTestClass).isPresent()) {
            top = top.getParent().orElseThrow();
        }
        DriverKit kit = kit(context);
        return top.getStore(NAMESPACE).computeIfAbsent("bench", key -> new Bench(kit, context), Bench.class);
    }

    private static Store store(ExtensionContext context) {
        return context.getStore(NAMESPACE);
    }
}
