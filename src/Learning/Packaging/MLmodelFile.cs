using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Inference.Models;

namespace Assay.Learning.Packaging;

/// <summary>
/// MLflow's description of the package (YAML), so that <c>mlflow.pyfunc.load_model</c> and <c>mlflow.onnx.load_model</c>
/// read it as one of their own. Inputs are named tensors of shape [rows, 1], as the graph has them.
/// </summary>
internal static class MLmodelFile
{
    public static string Write(ModelSchema schema)
    {
        var inputs = new JsonArray([.. schema.Inputs.Select(input => (JsonNode)Tensor(input.Name, input.Type))]);
        var outputs = new JsonArray(Tensor(schema.Output, InputType.Number));
        return new StringBuilder()
            .Append("flavors:\n")
            .Append("  onnx:\n")
            .Append("    code: null\n")
            .Append("    data: model.onnx\n")
            .Append("    onnx_version: 1.12.0\n")
            .Append("    providers:\n")
            .Append("    - CPUExecutionProvider\n")
            .Append("  python_function:\n")
            .Append("    data: model.onnx\n")
            .Append("    loader_module: mlflow.onnx\n")
            .Append("    python_version: 3.11.0\n")
            .Append("signature:\n")
            .Append("  inputs: ").Append(Quoted(inputs)).Append('\n')
            .Append("  outputs: ").Append(Quoted(outputs)).Append('\n')
            .Append("  params: null\n")
            .ToString();
    }

    private static JsonObject Tensor(string name, InputType type) => new()
    {
        ["name"] = name,
        ["type"] = "tensor",
        ["tensor-spec"] = new JsonObject
        {
            ["dtype"] = type == InputType.Number ? "float32" : "object",
            ["shape"] = new JsonArray(-1, 1),
        },
    };

    // Within YAML's single quotes only the quote itself is special; JSON escapes line breaks.
    private static string Quoted(JsonArray json) =>
        "'" + json.ToJsonString(JsonSerializerOptions.Web).Replace("'", "''", StringComparison.Ordinal) + "'";
}
