package dev.tessera.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Numbers of bytes as people write them: `268435456`, `256M`, `1.5G`; K, M, G and T stand for
/// powers of 1024.
final class ByteSize implements ITypeConverter<Long> {
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)\\s*([KMGT]?)I?B?");
  private static final String UNITS = "KMGT";

  @Override
  public Long convert(String text) {
    Matcher size = SIZE.matcher(text.strip().toUpperCase(Locale.ROOT));
    if (!size.matches()) {
      throw new TypeConversionException(
          "'%s' is no number of bytes, as in 268435456, 256M or 1.5G".formatted(text));
    }
    int power = UNITS.indexOf(size.group(2)) + (size.group(2).isEmpty() ? 0 : 1);
    double bytes = Double.parseDouble(size.group(1)) * Math.pow(1024, power);
    if (bytes < 1 || bytes > 1L << 60) {
      throw new TypeConversionException("'%s' is not from 1 byte to 2^60 bytes".formatted(text));
    }
    return (long) bytes;
  }
}
