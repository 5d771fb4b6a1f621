using System.Text.Json;
using Assay.Inference.Models;
using Assay.Learning.Packaging;

namespace Assay.Tests.Learning;

public sealed class PackageTests
{
    [Fact]
    public void The_description_for_mlflow_has_both_flavors_and_a_signature_of_named_tensors()
    {
        var schema = new ModelSchema(
            ModelTask.Classification, "churn", ["No", "Yes"],
            [new("it's", InputType.Number, false), new("region", InputType.Category, true, ["a"])], "probability");

        var lines = MLmodelFile.Write(schema).Split('\n');

        Assert.Contains("  onnx:", lines);
        Assert.Contains("  python_function:", lines);
        Assert.Contains("    loader_module: mlflow.onnx", lines);
        var inputs = Signature(lines, "  inputs: ");
        Assert.Equal(["it's", "region"], inputs.Select(input => input.GetProperty("name").GetString()));
        Assert.Equal(["float32", "object"], inputs.Select(input => input.GetProperty("tensor-spec").GetProperty("dtype").GetString()));
        Assert.Equal("[-1,1]", Signature(lines, "  outputs: ")[0].GetProperty("tensor-spec").GetProperty("shape").GetRawText());
    }

    private static JsonElement[] Signature(string[] lines, string start)
    {
        var quoted = lines.Single(line => line.StartsWith(start, StringComparison.Ordinal))[start.Length..];
        Assert.Equal(('\'', '\''), (quoted[0], quoted[^1]));
        return JsonSerializer.Deserialize<JsonElement[]>(quoted[1..^1].Replace("''", "'", StringComparison.Ordinal))!;
    }
}
