using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Inference.Tensors;

namespace Assay.Console.Pages.Endpoints.Tensors;

/// <summary>How somebody fills in an input.</summary>
public enum TensorEntry
{
    /// <summary>A field for each of a few numbers, truths or texts.</summary>
    Fields,

    /// <summary>A picture, of which the pixels are taken.</summary>
    Picture,

    /// <summary>JSON in the input's shape.</summary>
    Json,
}

/// <summary>One input of a model of tensors while somebody fills it in. Free sizes are 1, and of pictures a usual one.</summary>
public sealed class TensorDraft
{
    private const int FieldsMax = 24;
    private const int ShownMax = 2_000;
    private const int ElementsMax = 4_000_000;

    /// <summary>A draft that sends zeros, or empty texts.</summary>
    public TensorDraft(TensorSpec spec)
    {
        Spec = spec;
        Picture = spec.Datatype is "BYTES" or "BOOL" ? null : PictureShape.Of(spec.Shape);
        Scale = IsWhole ? PixelScale.ZeroTo255 : PixelScale.ZeroToOne;
        Shape = [.. spec.Shape.Select(size => size < 0 ? 1 : size)];
        var elements = Shape.Aggregate(1.0, (product, size) => product * size);
        Entry = elements <= FieldsMax ? TensorEntry.Fields : Picture is not null ? TensorEntry.Picture : TensorEntry.Json;
        if (Entry == TensorEntry.Fields)
            Fields = Enumerable.Repeat(Usual, (int)elements).ToList();
        else if (Entry == TensorEntry.Json && elements <= ShownMax)
            Json = Filled();
    }

    /// <summary>What the model declares.</summary>
    public TensorSpec Spec { get; }

    /// <summary>How it is filled in.</summary>
    public TensorEntry Entry { get; }

    /// <summary>Its shape in the request.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>What stands in its fields.</summary>
    public IList<string> Fields { get; } = [];

    /// <summary>What stands in its box of JSON; empty for zeros.</summary>
    public string Json { get; set; } = "";

    /// <summary>Where pixels go; null for what is no picture.</summary>
    public PictureShape? Picture { get; private set; }

    /// <summary>Which numbers pixels become: those of one byte where the model takes whole numbers.</summary>
    public PixelScale Scale { get; set; }

    /// <summary>Red, green, blue and alpha of each pixel; null until a picture was chosen.</summary>
    public IReadOnlyList<byte>? Pixels { get; set; }

    /// <summary>Whether it is left out of the request, which an optional one may be.</summary>
    public bool LeftOut { get; set; }

    /// <summary>Whether its elements are texts.</summary>
    public bool IsText => Spec.Datatype == "BYTES";

    /// <summary>Whether they are true or false.</summary>
    public bool IsTruth => Spec.Datatype == "BOOL";

    /// <summary>Whether it takes no fractions.</summary>
    public bool IsWhole => Spec.Datatype.Contains("INT", StringComparison.Ordinal);

    /// <summary>Name of a field: with its place where there are several.</summary>
    public string Label(int place)
    {
        if (Fields.Count == 1)
            return Spec.Name;
        var places = new List<string>();
        for (var dimension = Shape.Count - 1; dimension >= 0; dimension--)
        {
            if (Shape[dimension] > 1)
                places.Insert(0, (place % Shape[dimension]).ToString(CultureInfo.InvariantCulture));
            place = (int)(place / Shape[dimension]);
        }

        return $"{Spec.Name}[{string.Join(", ", places)}]";
    }

    /// <summary>Gives a picture of free size another one.</summary>
    public void Resize(int height, int width)
    {
        Picture = Picture! with { Height = height, Width = width };
        Pixels = null;
    }

    /// <summary>The body of a request of these inputs.</summary>
    /// <exception cref="FormatException">A value can't be sent; the message names its input.</exception>
    public static string Write(IEnumerable<TensorDraft> drafts)
    {
        var inputs = drafts.Where(draft => !draft.LeftOut).Select(draft => $"    {JsonSerializer.Serialize(draft.Spec.Name)}: {draft.Value()}").ToList();
        return inputs.Count == 0 ? "{\n  \"inputs\": {}\n}" : $"{{\n  \"inputs\": {{\n{string.Join(",\n", inputs)}\n  }}\n}}";
    }

    private string Usual => IsText ? "" : IsTruth ? "false" : "0";

    private string Value() => Entry switch
    {
        TensorEntry.Fields => Nested(Shape, place => Element(Fields[place], Label(place))),
        TensorEntry.Picture when Picture is { } picture => Nested(
            picture.Sizes(Spec.Shape.Count),
            picture.Values(Pixels ?? throw new FormatException($"{Spec.Name} is a picture, and none was chosen."), Scale)),
        _ when Json.Trim().Length > 0 => Checked(),
        _ => Filled(),
    };

    private string Filled()
    {
        if (Shape.Aggregate(1.0, (product, size) => product * size) > ElementsMax)
            throw new FormatException($"{Spec.Name} has too many elements for zeros: write what is sent.");
        var usual = IsText ? "\"\"" : Usual;
        return Nested(Shape, _ => usual);
    }

    private string Element(string text, string name)
    {
        if (IsText)
            return JsonSerializer.Serialize(text);
        var given = text.Trim();
        if (IsTruth)
            return given == "true" ? "true" : "false";
        if (IsWhole)
        {
            return Int128.TryParse(given, NumberStyles.Integer, CultureInfo.InvariantCulture, out var whole)
                ? whole.ToString(CultureInfo.InvariantCulture)
                : throw new FormatException($"'{text}' is not a whole number, and {name} needs one.");
        }

        return double.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number.ToString("R", CultureInfo.InvariantCulture)
            : throw new FormatException($"'{text}' is not a number, and {name} needs one.");
    }

    private string Checked()
    {
        try
        {
            JsonDocument.Parse(Json).Dispose();
            return Json.Trim();
        }
        catch (JsonException problem)
        {
            throw new FormatException($"What stands in {Spec.Name} is not JSON: {problem.Message}");
        }
    }

    // Elements in row-major order, within brackets for each dimension.
    private static string Nested(IReadOnlyList<long> shape, Func<int, string> element)
    {
        var text = new StringBuilder();
        var next = 0;
        Fill(0);
        return text.ToString();

        void Fill(int dimension)
        {
            if (dimension == shape.Count)
            {
                text.Append(element(next++));
                return;
            }

            text.Append('[');
            for (var place = 0L; place < shape[dimension]; place++)
            {
                if (place > 0)
                    text.Append(", ");
                Fill(dimension + 1);
            }

            text.Append(']');
        }
    }
}
