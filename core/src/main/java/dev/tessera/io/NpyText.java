package dev.tessera.io;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the one thing in a `.npy` that is neither numbers nor truth values and yet needed: a
/// single short string, type `S` (bytes) or `U` (UTF-32), as SciPy keeps the format of a sparse
/// matrix.
final class NpyText {
  private static final Pattern DESCR = Pattern.compile("'descr': *'([|<>=])([SU])([0-9]{1,3})'");
  private static final Pattern SCALAR = Pattern.compile("'shape': *\\( *\\)");
  private static final int PREFIX_BYTES = 10;

  private NpyText() {}

  static String read(FileBytes file) throws FormatException {
    byte[] magic = file.bytes(0, 6, "'\\x93NUMPY'");
    String found = new String(magic, StandardCharsets.ISO_8859_1);
    if (!found.equals("\u0093NUMPY")) {
      throw file.error(0, "'\\x93NUMPY'", FormatException.quote(found));
    }
    int version = file.u16(6, "version");
    if (version != 1) {
      throw file.error(6, "version 1.0", "version " + (version & 0xff) + "." + (version >> 8));
    }
    int headerBytes = file.u16(8, "header length");
    String header =
        new String(file.bytes(PREFIX_BYTES, headerBytes, "header"), StandardCharsets.ISO_8859_1);
    Matcher descr = DESCR.matcher(header);
    if (!descr.find() || !SCALAR.matcher(header).find()) {
      throw file.error(
          PREFIX_BYTES, "one string, of type S or U", FormatException.quote(header.strip()));
    }
    boolean wide = descr.group(2).equals("U");
    int bytes = Integer.parseInt(descr.group(3)) * (wide ? Integer.BYTES : 1);
    Charset charset =
        !wide
            ? StandardCharsets.ISO_8859_1
            : Charset.forName(descr.group(1).equals(">") ? "UTF-32BE" : "UTF-32LE");
    String text = new String(file.bytes(PREFIX_BYTES + headerBytes, bytes, "text"), charset);
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }
}
