/** Pictures of what was measured, as SVG that reads in light and in dark. */
package dev.conclave.bench.pictures;
