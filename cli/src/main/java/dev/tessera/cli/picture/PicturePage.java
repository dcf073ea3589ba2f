package dev.tessera.cli.picture;

import static dev.tessera.cli.picture.UseChart.grouped;

import dev.tessera.cli.Json;
import dev.tessera.tensor.TokenIds;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The page that shows a picture, its tokens and its codebook: one file that loads nothing from
/// anywhere.
///
/// @param fileName the picture's name
/// @param fileBytes the picture's size on the disk
/// @param backend the backends that quantized it, in few words
/// @param rate at what rate they did
/// @param run what else is worth knowing about the run, as names and values
/// @param version of Tessera
public record PicturePage(
    TokenizedPicture picture,
    String fileName,
    long fileBytes,
    String backend,
    String rate,
    Map<String, String> run,
    String version) {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");

  /// Larger pictures are shown scaled down: two of this size make a page of a few megabytes.
  private static final long MOST_SHOWN_PIXELS = 2_000_000;

  /// The page's text, in UTF-8.
  public byte[] html() {
    Map<String, String> values = values();
    Matcher matcher = PLACEHOLDER.matcher(resource("page.html"));
    StringBuilder page = new StringBuilder();
    while (matcher.find()) {
      @Nullable String value = values.get(matcher.group(1));
      if (value == null) {
        throw new IllegalStateException("page.html asks for " + matcher.group());
      }
      matcher.appendReplacement(page, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(page).toString().getBytes(StandardCharsets.UTF_8);
  }

  private Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("css", resource("page.css"));
    values.put("js", resource("page.js"));
    values.put("version", escaped(version));
    putPicture(values);
    putFigures(values);
    putChart(values);
    values.put("sizes", sizes());
    values.put("run", rows(run));
    return values;
  }

  private void putPicture(Map<String, String> values) {
    PatchGrid grid = picture.grid();
    String size = grouped(grid.width()) + " by " + grouped(grid.height()) + " pixels";
    BufferedImage original = picture.original().toImage();
    values.put("file", escaped(fileName));
    values.put("width", grouped(grid.width()));
    values.put("height", grouped(grid.height()));
    values.put("shownWidth", String.valueOf(grid.width()));
    values.put("shownHeight", String.valueOf(grid.height()));
    values.put("ratio", decimals(4, grid.width() / (double) grid.height()));
    values.put("columns", grouped(grid.columns()));
    values.put("rows", grouped(grid.rows()));
    values.put("columnsRaw", String.valueOf(grid.columns()));
    values.put("rowsRaw", String.valueOf(grid.rows()));
    values.put("patch", String.valueOf(grid.patch()));
    values.put("patches", grouped(grid.patches()));
    values.put("original", Encoded.dataUri(original, MOST_SHOWN_PIXELS));
    values.put("originalAlt", escaped("The picture " + fileName + ", " + size));
    values.put("reconstruction", Encoded.dataUri(picture.reconstruction(), MOST_SHOWN_PIXELS));
    values.put(
        "reconstructionAlt", escaped("The same picture put together from codewords, " + size));
    int perRow = (int) Math.ceil(Math.sqrt(picture.codebook().size()));
    values.put(
        "tiles",
        Encoded.dataUri(PatchGrid.tiles(picture.codebook(), grid.patch(), perRow), Long.MAX_VALUE));
    values.put("data", data(perRow));
  }

  private String data(int perRow) {
    PatchGrid grid = picture.grid();
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("columns", grid.columns());
    data.put("rows", grid.rows());
    data.put("patch", grid.patch());
    data.put("width", grid.width());
    data.put("height", grid.height());
    data.put("codes", picture.codebook().size());
    data.put("perRow", perRow);
    data.put("counts", picture.use().counts());
    data.put("tokens", base64(picture.ids()));
    return Json.text(data);
  }

  /// int32, little-endian.
  private static String base64(TokenIds ids) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact((int) ids.rows(), TokenIds.ELEMENT_BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(ids.toArray());
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private void putFigures(Map<String, String> values) {
    CodebookUse use = picture.use();
    boolean exact = Double.isInfinite(picture.psnr());
    values.put("psnr", exact ? "exact" : decimals(2, picture.psnr()) + "<small> dB</small>");
    values.put("psnrNote", exact ? "the reconstruction is the original" : "higher is nearer");
    values.put("codes", grouped(picture.codebook().size()));
    values.put("codesRaw", String.valueOf(picture.codebook().size()));
    values.put("dimRaw", String.valueOf(picture.codebook().dim()));
    values.put("used", grouped(use.used()));
    values.put("perplexity", decimals(1, use.perplexity()));
    values.put("bitsPerPixel", decimals(3, picture.bitsPerPixel()));
    values.put("entropyBitsPerPixel", decimals(3, picture.entropyBitsPerPixel()));
    values.put("backend", escaped(backend));
    values.put("rate", escaped(rate));
  }

  private void putChart(Map<String, String> values) {
    CodebookUse use = picture.use();
    UseChart chart = new UseChart(use);
    double even = picture.grid().patches() / (double) picture.codebook().size();
    int most = use.mostUsed();
    String mostShare = decimals(1, 100.0 * use.counts()[most] / picture.grid().patches());
    values.put("chartTop", String.valueOf(chart.top()));
    values.put("line", chart.line());
    values.put("area", chart.area());
    values.put("labelsUp", chart.labelsUp());
    values.put("linesAcross", chart.linesAcross());
    values.put("labelsAcross", chart.labelsAcross());
    values.put("even", decimals(1, even));
    values.put("evenPercent", chart.percentUp(even));
    values.put(
        "useSummary",
        "%s of %s codewords are used. The most used one, id %s, stands for %s %% of the patches; a perplexity of %s says that the ids carry as much as those of %s codewords used evenly."
            .formatted(
                grouped(use.used()),
                grouped(picture.codebook().size()),
                grouped(most),
                mostShare,
                decimals(1, use.perplexity()),
                grouped(Math.round(use.perplexity()))));
    values.put(
        "chartAlt",
        "Uses of each codeword, the most used first: from %s down to %s, %s if all were used evenly"
            .formatted(
                grouped(use.counts()[most]),
                grouped(use.descending()[use.counts().length - 1]),
                decimals(1, even)));
  }

  private String sizes() {
    long codes = picture.codebook().size();
    int bits = Math.max(1, Long.SIZE - Long.numberOfLeadingZeros(codes - 1));
    Map<String, String> sizes = new LinkedHashMap<>();
    sizes.put("The picture's file", grouped(fileBytes) + " bytes");
    sizes.put("Its pixels, 24 bits each", bytes(3 * picture.pixels()));
    sizes.put("Tokens, %d bits each".formatted(bits), bytes(picture.tokenBits(bits) / 8));
    sizes.put("Tokens, entropy-coded", bytes(picture.tokenBits(picture.use().entropyBits()) / 8));
    sizes.put(
        "Codebook, float32, shared by all pictures that use it",
        bytes((double) codes * picture.codebook().dim() * Float.BYTES));
    return rows(sizes);
  }

  private static String bytes(double count) {
    return grouped((long) Math.ceil(count)) + " bytes";
  }

  private static String rows(Map<String, String> table) {
    StringBuilder html = new StringBuilder();
    table.forEach(
        (name, value) ->
            html.append("<tr><th scope=\"row\">")
                .append(escaped(name))
                .append("</th><td>")
                .append(escaped(value))
                .append("</td></tr>"));
    return html.toString();
  }

  private static String decimals(int digits, double value) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String resource(String name) {
    try (InputStream stream = PicturePage.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("the jar lacks " + name);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
