using System.Text;
using Assay.Inference.Tensors;

namespace Assay.Console.Pages.Endpoints;

/// <summary>A request that a reader can fill in: zeros and empty texts in the shapes that a model takes.</summary>
internal static class TensorTemplate
{
    private const int ElementsMax = 400;

    /// <summary>Free sizes are 1; of an input with too many elements only the brackets are written.</summary>
    public static string Write(ModelSignature signature)
    {
        var text = new StringBuilder("{\n  \"inputs\": {");
        for (var i = 0; i < signature.Inputs.Count; i++)
        {
            var input = signature.Inputs[i];
            text.Append(i == 0 ? "\n" : ",\n").Append("    ").Append(System.Text.Json.JsonSerializer.Serialize(input.Name)).Append(": ");
            long[] shape = [.. input.Shape.Select(size => size < 0 ? 1 : size)];
            if (shape.Aggregate(1.0, (product, size) => product * size) > ElementsMax)
                text.Append("[]");
            else
                Fill(text, shape, Element(input.Datatype));
        }

        return text.Append("\n  }\n}").ToString();
    }

    private static void Fill(StringBuilder text, ReadOnlySpan<long> shape, string element)
    {
        if (shape.IsEmpty)
        {
            text.Append(element);
            return;
        }

        text.Append('[');
        for (var i = 0L; i < shape[0]; i++)
        {
            if (i > 0)
                text.Append(", ");
            Fill(text, shape[1..], element);
        }

        text.Append(']');
    }

    private static string Element(string datatype) => datatype switch
    {
        "BYTES" => "\"\"",
        "BOOL" => "false",
        _ => "0",
    };
}
