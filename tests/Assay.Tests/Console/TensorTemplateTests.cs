extern alias console;

using System.Text.Json;
using Assay.Inference.Tensors;
using console::Assay.Console.Pages.Endpoints;

namespace Assay.Tests.Console;

public class TensorTemplateTests
{
    [Fact]
    public void A_request_to_fill_in_has_every_input_in_its_shape()
    {
        var text = TensorTemplate.Write(new(
            [new("x", "FP32", [-1, 3]), new("a \"word\"", "BYTES", [-1, 1]), new("on", "BOOL", [2]), new("scale", "FP64", []), new("image", "UINT8", [-1, 224, 224, 3])], []));
        var inputs = JsonDocument.Parse(text).RootElement.GetProperty("inputs");
        Assert.Equal("[[0, 0, 0]]", inputs.GetProperty("x").GetRawText());
        Assert.Equal("[[\"\"]]", inputs.GetProperty("a \"word\"").GetRawText());
        Assert.Equal("[false, false]", inputs.GetProperty("on").GetRawText());
        Assert.Equal("0", inputs.GetProperty("scale").GetRawText());
        Assert.Equal("[]", inputs.GetProperty("image").GetRawText());
    }

    [Fact]
    public void Without_inputs_it_is_still_a_request() =>
        Assert.Empty(JsonDocument.Parse(TensorTemplate.Write(new([], []))).RootElement.GetProperty("inputs").EnumerateObject());
}
