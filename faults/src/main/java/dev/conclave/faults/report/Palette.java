package dev.conclave.faults.report;

import java.util.List;

/** The colours, which differ enough for those who do not tell red from green, on white and on black. */
final class Palette {
    private static final List<String> MEMBERS = List.of(
            "#4477aa", "#ee7733", "#228833", "#ccbb44", "#aa3377", "#33bbee", "#997755", "#8866cc", "#cc3311",
            "#009988", "#99aa00", "#777777");
    /** Those of the above that need dark letters. */
    private static final List<String> BRIGHT = List.of("#ccbb44", "#33bbee", "#ee7733", "#99aa00");

    private Palette() {}

    static String style(List<String> members) {
        StringBuilder style = new StringBuilder("""
                <style>
                svg { --page: #ffffff; --ink: #1f2328; --faint: #59636e; --rule: #d8dee4; --grid: #eef1f4; --strong: #dfe4e9;
                      --pause: #8c959f; --kill: #24292f; --kill-ink: #ffffff; --net: #d29922; --late: #f2d68a; --clock: #b9a3e3;
                      --forget: #cf222e; --lead: #218bff; --loss: #cf222e; }
                @media (prefers-color-scheme: dark) {
                  svg { --page: #0d1117; --ink: #e6edf3; --faint: #9198a1; --rule: #30363d; --grid: #161b22; --strong: #262c34;
                        --pause: #6e7681; --kill: #f0f6fc; --kill-ink: #0d1117; --net: #bb8009; --late: #6b5313; --clock: #6e4fae;
                        --forget: #f85149; --lead: #388bfd; --loss: #ff7b72; }
                }
                text { font: 11px ui-sans-serif, system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: var(--ink); }
                .page { fill: var(--page); }
                .title { font-size: 16px; font-weight: 600; }
                .note, .tick, .group, .key { fill: var(--faint); }
                .group { font-style: italic; }
                .tick { text-anchor: middle; }
                .lane { text-anchor: end; }
                .small { font-size: 9px; }
                .rule { stroke: var(--rule); stroke-width: 1; }
                .grid { stroke: var(--grid); stroke-width: 1; }
                .strong { stroke: var(--strong); }
                .f-pause { fill: var(--pause); } .in-pause { fill: #ffffff; }
                .f-kill { fill: var(--kill); } .in-kill { fill: var(--kill-ink); }
                .f-net { fill: var(--net); } .in-net { fill: #1f2328; }
                .f-late { fill: var(--late); } .in-late { fill: var(--ink); }
                .f-clock { fill: var(--clock); } .in-clock { fill: var(--ink); }
                .f-forget { fill: var(--forget); } .in-forget { fill: #ffffff; }
                .f-lead { fill: var(--lead); } .in-lead { fill: #ffffff; }
                .loss { stroke: var(--loss); stroke-width: 2.2; fill: none; stroke-linecap: round; }
                .halo { stroke: var(--page); stroke-width: 5; fill: none; stroke-linecap: round; }
                .reader { opacity: 0.75; }
                """);
        for (int i = 0; i < members.size(); i++) {
            String colour = MEMBERS.get(i % MEMBERS.size());
            style.append(".m-" + members.get(i) + " { fill: " + colour + "; } .on-" + members.get(i) + " { fill: "
                    + (BRIGHT.contains(colour) ? "#1f2328" : "#ffffff") + "; }\n");
        }
        return style.append("</style>\n").toString();
    }
}
