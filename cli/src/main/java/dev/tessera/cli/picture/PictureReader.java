package dev.tessera.cli.picture;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.ColorModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.FileImageInputStream;

/// Reads what `javax.imageio` reads: PNG, JPEG, GIF (its first frame), BMP, TIFF and WBMP, of any
/// depth.
///
/// Colours of another RGB space than sRGB are converted, and a JPEG is turned the way its camera
/// was held. Dimensions are checked before anything is decoded.
public final class PictureReader {
  /// Bytes that a pixel takes on the heap: the decoded picture, its upright copy, the
  /// reconstruction.
  private static final int HEAP_BYTES_PER_PIXEL = 4 + 3 + 3;

  /// Bytes that a pixel takes outside of the heap, where the JVM allows as much again: three
  /// float32.
  private static final int VECTOR_BYTES_PER_PIXEL = 3 * Float.BYTES;

  private static final int MOST_CHANNELS = 4;

  /// No image of Java's has more samples.
  private static final int MOST_SAMPLES = Integer.MAX_VALUE - 8;

  private final Path file;
  private final int patch;
  private final Consumer<String> warnings;

  private PictureReader(Path file, int patch, Consumer<String> warnings) {
    this.file = file;
    this.patch = patch;
    this.warnings = warnings;
  }

  /// Reads the picture in `file`.
  ///
  /// @param patch the side of the patches that it will be cut into, in pixels
  /// @param warnings hears what the decoder found wrong and could mend
  /// @throws PictureException if the file is no picture, a damaged one, one in colours that Java
  ///   cannot read, or one that is too large for this JVM's memory; names the file and says what
  ///   helps
  public static Picture read(Path file, int patch, Consumer<String> warnings) throws IOException {
    return new PictureReader(file, patch, warnings).read();
  }

  private Picture read() throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString(), null, "there is no such file");
    }
    if (Files.isDirectory(file)) {
      throw new PictureException(file + " is a folder, not a picture");
    }
    if (!Files.isReadable(file)) {
      throw new AccessDeniedException(file.toString(), null, "the file cannot be read");
    }
    try (FileImageInputStream stream = new FileImageInputStream(file.toFile())) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw new PictureException(
            "%s is no picture that Java can read: expected a PNG, JPEG, GIF, BMP or TIFF, found %s"
                .formatted(file, firstBytes()));
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(stream, true, false);
        reader.addIIOReadWarningListener(
            (source, warning) -> warnings.accept(file + ": the decoder says: " + warning));
        return decode(reader, stream);
      } finally {
        reader.dispose();
      }
    }
  }

  private Picture decode(ImageReader reader, FileImageInputStream stream) throws IOException {
    String format = reader.getFormatName().toUpperCase(Locale.ROOT);
    try {
      Orientation orientation =
          format.equals("JPEG") ? ExifOrientation.ofJpeg(stream) : Orientation.TOP_LEFT;
      stream.seek(0);
      checkMemory(reader.getWidth(0), reader.getHeight(0));
      checkColours(reader.getImageTypes(0), format);
      return new Picture(normalized(reader.read(0)), orientation);
    } catch (PictureException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // decoders answer damage with either
      throw new PictureException("%s is a damaged %s: %s".formatted(file, format, reason(e)), e);
    }
  }

  /// What Java makes of other colours than grey and RGB is far from what others see.
  private void checkColours(Iterator<ImageTypeSpecifier> types, String format)
      throws PictureException {
    while (types.hasNext()) {
      int space = types.next().getColorModel().getColorSpace().getType();
      if (space == ColorSpace.TYPE_GRAY || space == ColorSpace.TYPE_RGB) {
        return;
      }
    }
    throw new PictureException(
        "%s is a %s whose colours are neither grey nor RGB (CMYK, most likely); convert it to RGB, as in `magick %s -colorspace sRGB rgb.png`"
            .formatted(file, format, file.getFileName()));
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getMessage() == null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  private void checkMemory(int width, int height) throws PictureException {
    double pixels = (double) width * height;
    double padded =
        (double) Math.ceilDiv(width, patch) * Math.ceilDiv(height, patch) * patch * patch;
    double heapBytes = pixels * HEAP_BYTES_PER_PIXEL;
    double vectorBytes = padded * VECTOR_BYTES_PER_PIXEL;
    boolean tooMany = pixels * MOST_CHANNELS > MOST_SAMPLES;
    Runtime runtime = Runtime.getRuntime();
    long heapLeft = runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
    if (tooMany || heapBytes > heapLeft || vectorBytes > runtime.maxMemory()) {
      throw new PictureException(
          String.format(
              Locale.ROOT,
              "%s has %d x %d pixels and needs %.1f GB on the heap and as patches %.1f GB beside"
                  + " it, the limit of each is %.1f GB; scale it down%s",
              file,
              width,
              height,
              heapBytes / 1e9,
              vectorBytes / 1e9,
              runtime.maxMemory() / 1e9,
              tooMany ? "" : " or give Java more (JDK_JAVA_OPTIONS=-Xmx...)"));
    }
  }

  private static BufferedImage normalized(BufferedImage image) {
    ColorModel model = image.getColorModel();
    ColorSpace space = model.getColorSpace();
    if (!space.isCS_sRGB() && space.getType() != ColorSpace.TYPE_GRAY) {
      BufferedImage converted =
          new BufferedImage(
              image.getWidth(),
              image.getHeight(),
              model.hasAlpha() ? BufferedImage.TYPE_4BYTE_ABGR : BufferedImage.TYPE_3BYTE_BGR);
      new ColorConvertOp(null).filter(image, converted);
      return converted;
    }
    image.coerceData(false);
    return image;
  }

  private String firstBytes() throws IOException {
    byte[] start;
    try (InputStream stream = Files.newInputStream(file)) {
      start = stream.readNBytes(8);
    }
    if (start.length == 0) {
      return "an empty file";
    }
    StringBuilder hex = new StringBuilder("a file that begins with the bytes");
    for (byte b : start) {
      hex.append(" %02x".formatted(b));
    }
    return hex.toString();
  }
}
