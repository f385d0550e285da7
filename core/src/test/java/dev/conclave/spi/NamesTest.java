package dev.conclave.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An encoded name")
class NamesTest {
    private static final List<String> ALIKE = List.of(
            "a/b", "a%2Fb", "a%2fb", "a b", "a+b", "a%20b", "A/b", "a/b/", ".", "..", "é", "e\u0301", "\0", "%", "{a}");

    @Test
    @DisplayName("is like no other name's")
    void isInjective() {
        assertThat(ALIKE.stream().map(Names::encoded)).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("has only letters, digits, hyphens, underscores and the percent sign")
    void isPlain() {
        assertThat(ALIKE).allSatisfy(name -> assertThat(Names.encoded(name)).matches("[A-Za-z0-9_%-]+"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a%2Fb", "+", " ", "..", "日本語", "\uD83D\uDE00", "\0"})
    @DisplayName("can be read back")
    void canBeReadBack(String name) {
        assertThat(Names.decoded(Names.encoded(name))).isEqualTo(name);
    }

    @Test
    @DisplayName("is the same for ever: servers store it")
    void isPinned() {
        assertThat(Names.encoded("Invoice_42/ä.b-c")).isEqualTo("Invoice_42%2F%C3%A4%2Eb-c");
    }
}
