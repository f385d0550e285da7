package dev.conclave.cli;

/** Tells the demo: a line for what happens, with the time since the beginning, and why in between. */
final class DemoStory {
    private static final String BOLD = "1";
    private static final String RED = "31";
    private static final String GREEN = "32";
    private static final String DIM = "2";

    private final Context context;
    private final boolean colours;
    private final long begin = System.nanoTime();

    DemoStory(Context context) {
        this.context = context;
        this.colours = context.console().variable("NO_COLOR").isEmpty()
                && context.console().outIsTerminal();
    }

    void chapter(String title) {
        context.print("");
        context.print(coloured(BOLD, title));
    }

    void explains(String why) {
        context.print(coloured(DIM, "         " + why));
    }

    void tells(String what) {
        context.print(time() + "  " + what);
    }

    void tellsOfLeader(String what) {
        context.print(time() + "  " + coloured(GREEN, what));
    }

    void tellsOfDeath(String what) {
        context.print(time() + "  " + coloured(RED, what));
    }

    void concludes(boolean isGood, String what) {
        context.print((isGood ? coloured(GREEN, "  ✓ ") : coloured(RED, "  ✗ ")) + what);
    }

    private String time() {
        long tenths = (System.nanoTime() - begin) / 100_000_000;
        String text = tenths / 10 + "." + tenths % 10 + " s";
        return " ".repeat(Math.max(0, 7 - text.length())) + text;
    }

    private String coloured(String colour, String text) {
        return colours ? "\u001b[" + colour + "m" + text + "\u001b[0m" : text;
    }
}
