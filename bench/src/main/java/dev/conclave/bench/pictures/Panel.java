package dev.conclave.bench.pictures;

/** A part of a picture. */
interface Panel {
    double height();

    /** Draws it with its upper left corner there. */
    void draw(Svg svg, double x, double y, double width);
}
