package dev.tessera.cli.picture;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Paints the sample picture, `samples/mosaic.png`: a bay at sunset behind a terrace laid in
/// tesserae. It has what tokenizers find easy (a smooth sky) and hard (leaves, letters, glitter),
/// and is the same to the bit wherever it is painted: plain arithmetic and StrictMath, no fonts, no
/// graphics library.
///
/// A pixel is the mean of 3 x 3 samples of a function that gives each point of the plane a colour.
public final class MosaicPainter {
  static final int WIDTH = 768;
  static final int HEIGHT = 512;
  private static final int SAMPLES = 3;

  private static final double HORIZON = 246;
  private static final double TERRACE = 362;
  private static final double SUN_X = 540;
  private static final double SUN_Y = 168;

  /// Strokes of the letters on a grid of 4 x 6: x, y, x, y, ...
  private static final double[][][] TESSERA = {
    {{0, 0, 4, 0}, {2, 0, 2, 6}},
    {{4, 0, 0, 0, 0, 6, 4, 6}, {0, 3, 3, 3}},
    {{4, .8, 3.2, 0, .8, 0, 0, .8, 0, 2.2, .8, 3, 3.2, 3, 4, 3.8, 4, 5.2, 3.2, 6, .8, 6, 0, 5.2}},
    {{4, .8, 3.2, 0, .8, 0, 0, .8, 0, 2.2, .8, 3, 3.2, 3, 4, 3.8, 4, 5.2, 3.2, 6, .8, 6, 0, 5.2}},
    {{4, 0, 0, 0, 0, 6, 4, 6}, {0, 3, 3, 3}},
    {{0, 6, 0, 0, 3.2, 0, 4, .8, 4, 2.2, 3.2, 3, 0, 3}, {2, 3, 4, 6}},
    {{0, 6, 2, 0, 4, 6}, {.8, 4, 3.2, 4}}
  };

  private MosaicPainter() {}

  /// Writes the picture.
  ///
  /// @param arguments the file
  public static void main(String[] arguments) throws IOException {
    Files.write(Path.of(arguments[0]), Encoded.png(paint()));
  }

  static BufferedImage paint() {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        Rgb sum = new Rgb(0, 0, 0);
        for (int i = 0; i < SAMPLES * SAMPLES; i++) {
          double dx = (i % SAMPLES + 0.5) / SAMPLES;
          double dy = (i / SAMPLES + 0.5) / SAMPLES;
          sum = sum.plus(colour(x + dx, y + dy));
        }
        image.setRGB(x, y, sum.times(1.0 / (SAMPLES * SAMPLES)).packed());
      }
    }
    return image;
  }

  private record Rgb(double red, double green, double blue) {
    static Rgb of(int packed) {
      return new Rgb((packed >> 16) / 255.0, (packed >> 8 & 255) / 255.0, (packed & 255) / 255.0);
    }

    Rgb plus(Rgb other) {
      return new Rgb(red + other.red, green + other.green, blue + other.blue);
    }

    Rgb times(double factor) {
      return new Rgb(red * factor, green * factor, blue * factor);
    }

    Rgb mix(Rgb other, double share) {
      double t = Math.clamp(share, 0, 1);
      return times(1 - t).plus(other.times(t));
    }

    int packed() {
      return level(red) << 16 | level(green) << 8 | level(blue);
    }

    private static int level(double value) {
      return (int) (255 * Math.clamp(value, 0, 1) + 0.5);
    }
  }

  private static Rgb colour(double x, double y) {
    if (y > TERRACE) {
      return terrace(x, y);
    }
    Rgb tree = cypresses(x, y);
    if (tree != null) {
      return tree;
    }
    Rgb town = town(x, y);
    if (town != null) {
      return town;
    }
    if (y > HORIZON) {
      return sea(x, y);
    }
    return hills(x, y);
  }

  // The sky, and the hills before it.

  private static Rgb sky(double x, double y) {
    double height = 1 - y / HORIZON;
    Rgb air = Rgb.of(0xf6c98f).mix(Rgb.of(0xd98f8a), height * 2.2);
    air = air.mix(Rgb.of(0x6f86b4), (height - 0.3) * 2);
    air = air.mix(Rgb.of(0x23436f), (height - 0.62) * 2.2);
    double distance = StrictMath.sqrt(square(x - SUN_X) + square(y - SUN_Y));
    air = air.mix(Rgb.of(0xffe7ad), 0.85 * StrictMath.exp(-distance / 62));
    air = air.mix(Rgb.of(0xfff6dc), 40 - distance);
    double cloud = fractal(x / 150 + 7, y / 34 + 3, 5) - 0.47 - 0.1 * StrictMath.abs(height - 0.55);
    Rgb lit = Rgb.of(0xfbe3cf).mix(Rgb.of(0x8d7f9d), fractal(x / 60, y / 18 + 9, 4) * 1.3 - 0.2);
    return air.mix(lit, cloud * 5);
  }

  private static Rgb hills(double x, double y) {
    double far = 196 + 46 * (fractal(x / 190 + 2, 11, 5) - 0.5) - 26 * bump(x, 210, 120);
    double near = 226 + 44 * (fractal(x / 120 + 31, 5, 6) - 0.5) - 34 * bump(x, 40, 150);
    if (y > near) {
      double light = fractal(x / 26 + y / 40, y / 22, 5);
      return Rgb.of(0x3c4a53)
          .mix(Rgb.of(0x8c7a63), light * 1.6 - 0.35)
          .mix(Rgb.of(0xcaa98c), (y - 200) / 130);
    }
    if (y > far) {
      double light = fractal(x / 34 - y / 30, y / 26 + 4, 5);
      return Rgb.of(0x6c7391)
          .mix(Rgb.of(0xa78f9a), light * 1.5 - 0.3)
          .mix(Rgb.of(0xd9ab92), (y - far) / 90);
    }
    return sky(x, y);
  }

  private static double bump(double x, double middle, double width) {
    return StrictMath.exp(-square((x - middle) / width));
  }

  // The sea, with the sun's glitter.

  private static Rgb sea(double x, double y) {
    double depth = (y - HORIZON) / (TERRACE - HORIZON);
    double scale = 3 + 22 * depth;
    double wave = fractal(x / (scale * 2.4), y * 9 / scale, 4);
    Rgb water =
        Rgb.of(0xd7a487)
            .mix(Rgb.of(0x2f7f8c), depth * 1.7)
            .mix(Rgb.of(0x123f57), depth * 1.2 - 0.45);
    water = water.mix(Rgb.of(0x0d2c44), (0.5 - wave) * 1.8);
    water = water.mix(Rgb.of(0xa8d3c8), (wave - 0.56) * 3);
    double beam = StrictMath.exp(-square((x - SUN_X) / (16 + 70 * depth)));
    double glitter = noise(x / (2 + 6 * depth), y * 1.1) * 0.7 + wave * 0.6;
    return water.mix(Rgb.of(0xffe6a6), beam * (glitter - 0.55) * 4);
  }

  // A town of three houses and a tower on the shore.

  private static Rgb town(double x, double y) {
    double shore = 367 - 75 * bump(x, 120, 132) + 9 * (fractal(x / 22, 3, 4) - 0.5);
    if (inside(x, y, 112, 142, 118, 300)) {
      return tower(x, y);
    }
    if (y < 118 && y > 86 && StrictMath.abs(x - 127) < (y - 84) * 0.62) {
      return Rgb.of(0x9c4a31).mix(Rgb.of(0x5d2a22), (x - 116) / 26);
    }
    Rgb house = house(x, y, 40, 96, 232, 0xe6cfae);
    house = house == null ? house(x, y, 150, 204, 244, 0xd7b28c) : house;
    house = house == null ? house(x, y, 206, 244, 262, 0xeee0c6) : house;
    if (house != null && y < shore + 8) {
      return house;
    }
    if (y > shore) {
      double light = fractal(x / 14, y / 10, 5);
      return Rgb.of(0x2f3b2a).mix(Rgb.of(0x97905c), light * 1.8 - 0.45);
    }
    return null;
  }

  private static Rgb tower(double x, double y) {
    double course = StrictMath.floor(y / 6);
    double brick = (x + course % 2 * 5) / 10;
    boolean joint = fraction(y / 6) < 0.14 || fraction(brick) < 0.1;
    double tone = hash((int) StrictMath.floor(brick), (int) course);
    Rgb wall = Rgb.of(0xd9a878).mix(Rgb.of(0xb8764f), tone);
    wall = joint ? Rgb.of(0xe8d4b8) : wall;
    double arch = StrictMath.sqrt(square(x - 127) + square(y - 146));
    boolean opening = arch < 7 || inside(x, y, 120, 134, 146, 166);
    boolean slit = inside(x, y, 125, 129, 200, 218) || inside(x, y, 125, 129, 246, 264);
    if (opening || slit) {
      return Rgb.of(0x2a2230);
    }
    return inside(x, y, 112, 142, 118, 124) || inside(x, y, 112, 142, 172, 176)
        ? Rgb.of(0xf3e6cf)
        : wall.mix(Rgb.of(0x4a3040), (x - 124) / 34);
  }

  private static Rgb house(
      double x, double y, double left, double right, double eaves, int plaster) {
    double middle = (left + right) / 2;
    double roof = eaves - 20 * (1 - StrictMath.abs(x - middle) / (right - left) * 1.9);
    if (x < left - 4 || x > right + 4 || y < roof || y > 330) {
      return null;
    }
    if (y < eaves) {
      double ridge = fraction(x / 5);
      return Rgb.of(0xb5583a).mix(Rgb.of(0x7b3427), ridge).mix(Rgb.of(0xe0936a), (eaves - y) / 60);
    }
    if (x < left || x > right) {
      return null;
    }
    double column = fraction((x - left) / 18);
    double storey = fraction((y - eaves) / 24);
    if (column > 0.32 && column < 0.68 && storey > 0.28 && storey < 0.72) {
      return column < 0.5 ? Rgb.of(0x3b5a66) : Rgb.of(0x2b3f4c);
    }
    return Rgb.of(plaster)
        .mix(Rgb.of(0x8d6c5c), (x - middle) / (right - left) * 0.9)
        .mix(Rgb.of(0xffffff), 0.25 * (fractal(x / 5, y / 5, 3) - 0.5));
  }

  // Cypresses on the right.

  private static Rgb cypresses(double x, double y) {
    Rgb tree = cypress(x, y, 706, 96, 31);
    tree = tree == null ? cypress(x, y, 656, 172, 23) : tree;
    return tree == null ? cypress(x, y, 612, 232, 16) : tree;
  }

  private static Rgb cypress(double x, double y, double middle, double top, double width) {
    double along = (y - top) / (TERRACE - top);
    if (along < 0) {
      return null;
    }
    double outline = width * StrictMath.sqrt(along) * (1.25 - 0.45 * along);
    double ragged = 7 * (fractal(x / 5, y / 7, 3) - 0.5);
    double side = (x - middle) / (outline + 0.01);
    if (StrictMath.abs(x - middle) > outline + ragged) {
      return null;
    }
    double leaves = fractal(x / 4 + side, y / 9, 4);
    return Rgb.of(0x12261f)
        .mix(Rgb.of(0x3f6b41), leaves * 1.7 - 0.45)
        .mix(Rgb.of(0xd7b46a), (leaves - 0.5) * 2 * (0.35 - side));
  }

  // The terrace, laid in tesserae: each has the colour of the design at its middle.

  private static Rgb terrace(double x, double y) {
    double size = 7.2;
    int column = (int) StrictMath.floor(x / size);
    int row = (int) StrictMath.floor(y / size);
    double nearest = Double.MAX_VALUE;
    double second = Double.MAX_VALUE;
    double stoneX = 0;
    double stoneY = 0;
    int stone = 0;
    for (int i = 0; i < 9; i++) {
      int c = column + i % 3 - 1;
      int r = row + i / 3 - 1;
      double middleX = (c + 0.5 + 0.34 * (hash(c, r) - 0.5)) * size;
      double middleY = (r + 0.5 + 0.34 * (hash(r + 71, c) - 0.5)) * size;
      double distance =
          StrictMath.max(StrictMath.abs(x - middleX), StrictMath.abs(y - middleY)) * 0.7
              + 0.3 * StrictMath.sqrt(square(x - middleX) + square(y - middleY));
      if (distance < nearest) {
        second = nearest;
        nearest = distance;
        stoneX = middleX;
        stoneY = middleY;
        stone = c * 131 + r;
      } else if (distance < second) {
        second = distance;
      }
    }
    Rgb grout = Rgb.of(0x51463f);
    if (second - nearest < 0.75) {
      return grout;
    }
    double tone = hash(stone, 17) - 0.5;
    Rgb face = design(stoneX, stoneY).times(1 + 0.26 * tone);
    double bevel = (stoneX - x + stoneY - y) / size;
    return face.times(1 + 0.1 * bevel).mix(Rgb.of(0x2a2024), 0.5 - (y - TERRACE) / 14);
  }

  private static Rgb design(double x, double y) {
    double down = y - TERRACE;
    if (down < 16) {
      return Rgb.of(0xd8c8a8);
    }
    if (down < 48) {
      double swing = 9.5 * StrictMath.sin(x / 19);
      double strand = down - 32;
      if (StrictMath.abs(strand - swing) < 4.6) {
        return Rgb.of(0xb4512f);
      }
      if (StrictMath.abs(strand + swing) < 4.6) {
        return Rgb.of(0x1f6d78);
      }
      return Rgb.of(0xf0e6cf);
    }
    if (down < 56 || down > 143) {
      return Rgb.of(0x24333f);
    }
    if (letterDistance(x, y) < 5.6) {
      return Rgb.of(0x20303c);
    }
    double rings = StrictMath.sqrt(square(x - 384) + square((y - 462) * 2.4));
    double ring = fraction(rings / 96);
    Rgb field = ring < 0.5 ? Rgb.of(0xe9d9b4) : Rgb.of(0xdfb56d);
    return field.mix(Rgb.of(0xc98a4b), rings / 900);
  }

  private static double letterDistance(double x, double y) {
    double scale = 11.2;
    double step = 92;
    int letter = (int) StrictMath.floor((x - 62) / step);
    if (letter < 0 || letter >= TESSERA.length) {
      return Double.MAX_VALUE;
    }
    double px = (x - 62 - letter * step - 24) / scale;
    double py = (y - TERRACE - 66) / scale;
    double least = Double.MAX_VALUE;
    for (double[] stroke : TESSERA[letter]) {
      for (int i = 0; i + 3 < stroke.length; i += 2) {
        least = StrictMath.min(least, segmentDistance(px, py, stroke, i));
      }
    }
    return least * scale;
  }

  private static double segmentDistance(double x, double y, double[] stroke, int i) {
    double dx = stroke[i + 2] - stroke[i];
    double dy = stroke[i + 3] - stroke[i + 1];
    double along = ((x - stroke[i]) * dx + (y - stroke[i + 1]) * dy) / (dx * dx + dy * dy);
    double t = Math.clamp(along, 0, 1);
    return StrictMath.sqrt(square(x - stroke[i] - t * dx) + square(y - stroke[i + 1] - t * dy));
  }

  // Noise.

  /// Octaves of noise, in [0, 1], 0.5 on average.
  private static double fractal(double x, double y, int octaves) {
    double sum = 0;
    double weight = 0.5;
    double total = 0;
    for (int octave = 0; octave < octaves; octave++) {
      sum += weight * noise(x * (1 << octave) + 19 * octave, y * (1 << octave) - 7 * octave);
      total += weight;
      weight /= 2;
    }
    return sum / total;
  }

  /// Random values at whole places, smooth in between.
  private static double noise(double x, double y) {
    int column = (int) StrictMath.floor(x);
    int row = (int) StrictMath.floor(y);
    double u = smooth(x - column);
    double v = smooth(y - row);
    double upper = hash(column, row) * (1 - u) + hash(column + 1, row) * u;
    double lower = hash(column, row + 1) * (1 - u) + hash(column + 1, row + 1) * u;
    return upper * (1 - v) + lower * v;
  }

  private static double smooth(double t) {
    return t * t * (3 - 2 * t);
  }

  private static double hash(int a, int b) {
    int h = a * 0x9E3779B1 ^ b * 0x85EBCA77;
    h = (h ^ h >>> 15) * 0x2C1B3C6D;
    h = (h ^ h >>> 12) * 0x297A2D39;
    return ((h ^ h >>> 15) & 0xffffff) / (double) 0x1000000;
  }

  private static double fraction(double value) {
    return value - StrictMath.floor(value);
  }

  private static double square(double value) {
    return value * value;
  }

  private static boolean inside(
      double x, double y, double left, double right, double top, double bottom) {
    return x >= left && x < right && y >= top && y < bottom;
  }
}
