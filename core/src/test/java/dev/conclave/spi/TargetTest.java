package dev.conclave.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A target's text")
class TargetTest {
    @ParameterizedTest
    @DisplayName("shows no password, not even that of a URL with a slash too few, and keeps the rest")
    @CsvSource({
        "redis://ada:s3cret@host:1/0, redis://ada:***@host:1/0",
        "redis://:s3cret@host, redis://host",
        "redis:/ada:s3cret@host:1/0, redis:/ada:***@host:1/0",
        "redis:ada:s3cret@host, redis:ada:***@host",
        "file:/srv/a:b, file:/srv/a:b",
        "file:/srv/ada@work, file:/srv/ada@work",
    })
    void hidesPasswords(String url, String shown) {
        assertThat(Target.parse(url, Map.of(), List.of()).toString()).isEqualTo(shown);
    }
}
