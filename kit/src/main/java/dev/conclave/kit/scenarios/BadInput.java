package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Conclave;
import dev.conclave.ConclaveException;
import dev.conclave.Coordinator;
import dev.conclave.MisconfiguredException;
import dev.conclave.Trait;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.kit.Backend;
import dev.conclave.kit.NotApplicable;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Stage;
import dev.conclave.kit.net.TcpProxy;
import dev.conclave.spi.Names;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;

/** Mistakes and deployments that cannot work: one clear error each, in bounded time. */
public abstract class BadInput extends ScenarioGroup {
    private static final String TOO_LONG = "x".repeat(Names.MAX_NAME_BYTES + 1);

    /** For the kit. */
    protected BadInput() {}

    private static void refused(String url, String... says) {
        assertThatThrownBy(() -> Conclave.connect(url, "ada"))
                .as(url)
                .isInstanceOf(MisconfiguredException.class)
                .hasMessageContainingAll(says)
                .satisfies(
                        e -> assertThat(((ConclaveException) e).isTransient()).isFalse());
    }

    @Scenario("N10")
    @DisplayName("Wrong URLs are refused with what is wrong and what would be right")
    void urls(Stage stage) throws Exception {
        String scheme = stage.driver().schemes().get(0);
        refused("nonsense:x", "nonsense", scheme + ":");
        refused("nonsense", "nonsense", "scheme");
        refused("", "URL");
        refused(stage.url() + "&tttl=10s", "tttl", "ttl", "namespace");
        refused(stage.url() + "&ttl=10s", "ttl", "twice");
        String open = stage.backend().url() + (stage.backend().url().contains("?") ? "&" : "?");
        refused(open + "ttl=ten", "ttl", "ten", "10s");
        refused(open + "ttl=1ms", "ttl", "100ms");
        refused(open + "ttl=-5s", "ttl");
        refused(open + "ttl=99999999999999d", "ttl");
        refused(open + "call-timeout=1h", "call-timeout");
        refused(open + "namespace=", "namespace");
        refused(open + "namespace=" + TOO_LONG, "namespace", "512");
        refused(open + "namespace=%zz", "percent");
    }

    @Scenario("N10")
    @DisplayName("Empty, over-long and broken names are refused everywhere")
    void names(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        for (String name : List.of("", TOO_LONG, "é".repeat(257), "\uD83D", "a\uDE00b")) {
            List<Consumer<String>> uses = List.of(ada::lock, ada::group, ada::election);
            for (Consumer<String> use : uses) {
                assertThatThrownBy(() -> use.accept(name)).isInstanceOf(MisconfiguredException.class);
            }
            assertThatThrownBy(() -> Conclave.connect(stage.url(), name)).isInstanceOf(MisconfiguredException.class);
        }
    }

    @Scenario("N10")
    @DisplayName("Requiring a promise that the driver does not make fails at once and names it")
    void traits(Stage stage) throws Exception {
        Trait[] made = stage.driver().traits().toArray(Trait[]::new);
        assertThat(stage.member("ada").requiring(made).lock("invoice").tryAcquire())
                .isPresent();
        for (Trait missing : Arrays.stream(Trait.values())
                .filter(trait -> !stage.promises(trait))
                .toList()) {
            Coordinator bob = stage.member("bob");
            assertThatThrownBy(() -> bob.requiring(missing))
                    .isInstanceOf(UnsupportedDeploymentException.class)
                    .hasMessageContaining(missing.name());
            assertThatThrownBy(() -> bob.lock("invoice")).isInstanceOf(IllegalStateException.class);
        }
    }

    private static Backend.Wire wire(Stage stage) {
        return stage.backend().wire().orElseThrow(() -> NotApplicable.because("there is no server to reach"));
    }

    private static void unavailable(String url) {
        long start = System.nanoTime();
        assertThatThrownBy(() -> Conclave.connect(url + "?ttl=3s", "ada"))
                .isInstanceOf(BackendUnavailableException.class)
                .satisfies(
                        e -> assertThat(((ConclaveException) e).isTransient()).isTrue());
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isLessThan(Duration.ofSeconds(3).plus(Stage.SLACK));
    }

    @Scenario("N10")
    @DisplayName("A port that nobody listens on, and one that listens and says nothing, are reported in bounded time")
    void nobodyThere(Stage stage) throws Exception {
        Backend.Wire wire = wire(stage);
        InetSocketAddress free;
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            free = new InetSocketAddress(silent.getInetAddress(), silent.getLocalPort());
            unavailable(wire.urlVia().apply(free));
        }
        try (Socket refusing = TcpProxy.refusing(free)) {
            unavailable(wire.urlVia().apply((InetSocketAddress) refusing.getLocalSocketAddress()));
        }
    }

    @Scenario("N10")
    @DisplayName("A server that speaks another protocol is reported in bounded time")
    void wrongProtocol(Stage stage) throws Exception {
        Backend.Wire wire = wire(stage);
        try (GarbageServer garbage = new GarbageServer();
                TcpProxy proxy = TcpProxy.to(garbage.address())) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> Conclave.connect(wire.urlVia().apply(proxy.address()) + "?ttl=3s", "ada"))
                    .isInstanceOf(ConclaveException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(3).plus(Stage.SLACK));
        }
    }

    @Scenario("N10")
    @DisplayName("A wrong password is refused as a mistake, and is not in the message")
    void wrongPassword(Stage stage) throws Exception {
        String url = stage.backend().urlWithPassword("w0ng-passw0rd");
        assertThatThrownBy(() -> Conclave.connect(url, "ada"))
                .isInstanceOf(MisconfiguredException.class)
                .satisfies(e -> assertThat(e.toString()).doesNotContain("w0ng-passw0rd"));
    }

    @Scenario("N6")
    @DisplayName("A deployment that would corrupt is refused with the reason and the remedy")
    void deployments(Stage stage) throws Exception {
        for (Backend.BadDeployment deployment : stage.backend().badDeployments()) {
            assertThatThrownBy(() -> Conclave.connect(deployment.url(), "ada"))
                    .as(deployment.what())
                    .isInstanceOf(UnsupportedDeploymentException.class)
                    .hasMessageContaining(deployment.remedy());
        }
    }
}
