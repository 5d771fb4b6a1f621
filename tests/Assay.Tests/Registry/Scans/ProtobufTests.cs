using System.Text;
using Assay.Learning.Onnx;
using Microsoft.ML.OnnxRuntime;
using static Assay.Tests.Registry.Scans.Protos;

namespace Assay.Tests.Registry.Scans;

/// <summary>Bytes that protobuf's readers take, made so that a scan would look past what they find.</summary>
public sealed class ProtobufTests
{
    private const long LastNumber = (1L << 29) - 1;

    // Readers take the last of a field that there is once.
    [Fact]
    public void A_second_name_behind_the_first_hides_nothing()
    {
        byte[] node = Field(1, [.. Field(1, "node"u8), .. Field(2, "Add"u8), .. Field(2, "ReadFile"u8)]);
        Scanned.Blocked(Scanned.File(node, "frozen.pb"), "file.damaged");
        Scanned.Blocked(Scanned.File([.. Whole(1, 1), .. Field(2, Field(2, node))], "saved_model.pb"), "file.damaged");

        byte[] tensor = Field(13, [.. Field(1, "key"u8), .. Field(1, "location"u8), .. Field(2, "../secret"u8)]);
        byte[] located = Field(13, [.. Field(1, "location"u8), .. Field(2, "weights.bin"u8), .. Field(2, "../secret"u8)]);
        byte[] domain = [.. Field(7, Field(2, "graph"u8)), .. Field(8, [.. Field(1, "ai.onnx.ml"u8), .. Field(1, "com.example.native"u8)])];
        foreach (var bytes in new byte[][] { Field(7, Field(5, tensor)), Field(7, Field(5, located)), domain })
            Scanned.Blocked(Scanned.File([.. Whole(1, 8), .. bytes], "model.onnx"), "file.damaged");
    }

    [Fact]
    public void A_field_with_the_highest_number_hides_nothing()
    {
        byte[] graph = Field(7, Field(5, Field(13, [.. Field(1, "location"u8), .. Field(2, "../secret"u8)])));
        foreach (var number in new[] { 1L << 28, LastNumber })
        {
            Scanned.Blocked(Scanned.File([.. Whole(1, 8), .. Field(number, "x"u8), .. graph], "model.onnx"), "onnx.external-data");
            Scanned.Blocked(Scanned.File([.. Node("ReadFile"), .. Whole(number, 1)], "frozen.pb"), "tensorflow.operator");
            Scanned.Passes(Scanned.File([.. Node("Add"), .. Whole(number, 1)], "frozen.pb"));
        }
    }

    [Fact]
    public void A_SavedModel_that_does_not_say_its_version_is_searched()
    {
        var saved = Field(2, Field(2, Node("ReadFile")));
        foreach (var bytes in new byte[][] { saved, [.. Node("Add"), .. saved], [.. Whole(1, 1), .. Node("ReadFile")] })
            Scanned.Blocked(Scanned.File(bytes, "saved_model.pb"), "tensorflow.operator");
        Scanned.Passes(Scanned.File(Field(2, Field(2, Node("Add"))), "saved_model.pb"));
    }

    // GraphDef.library.gradient stands where a SavedModel has its graphs.
    [Fact]
    public void Gradients_of_a_frozen_graph_are_not_taken_for_a_SavedModel()
    {
        byte[] gradient = Field(2, Field(2, [.. Field(1, "function"u8), .. Field(2, "gradient"u8)]));
        Scanned.Passes(Scanned.File([.. Node("Add"), .. gradient], "frozen.pb"));
    }

    [Fact]
    public void A_graph_that_can_not_be_read_is_blocked_by_its_name()
    {
        byte[] overlong = [.. Field(7, Field(2, "graph"u8)), .. Field(LastNumber + 1, "x"u8)];
        byte[] manyBefore = [.. Enumerable.Repeat(Whole(1, 8), 200_001).SelectMany(field => field), .. Field(7, Field(5, Field(13, [.. Field(1, "location"u8), .. Field(2, "/x"u8)])))];
        foreach (var name in new[] { "model.onnx", "saved_model.pb" })
        {
            foreach (var bytes in new byte[][] { [0xff], [0x0f, 1, 2, 3, 4], "no graph at all"u8.ToArray(), overlong, [.. Field(2, "x"u8), 0x0b] })
                Scanned.Blocked(Scanned.File(bytes, name), "file.damaged");
        }

        Scanned.Blocked(Scanned.File(manyBefore, "model.onnx"), "onnx.external-data");
        Scanned.Blocked(Scanned.File([.. "GGUF"u8, .. new byte[100]], "model.onnx"), "file.damaged");
        Scanned.Passes(Scanned.File([0x0f, 1, 2, 3, 4], "weights.bin"));
    }

    [Fact]
    public void What_stands_in_a_group_is_no_field_of_the_message()
    {
        byte[] location = [.. Field(1, "location"u8), .. Field(2, "../secret"u8), .. Group(9, [.. Field(1, "key"u8), .. Field(2, "weights.bin"u8)])];
        Scanned.Blocked(Scanned.File([.. Whole(1, 8), .. Field(7, Field(5, Field(13, location)))], "model.onnx"), "onnx.external-data");
    }

    // 'm' is a field of four bytes, and ': ' the graph of an ONNX model, of 32 bytes.
    [Fact]
    public void Text_whose_letters_are_fields_by_chance_is_text()
    {
        var yaml = "model: models:/risk/1\nrename: {net: p}\n"u8.ToArray();
        foreach (var name in new[] { "graph.yaml", "serve.yaml", "notes" })
        {
            var report = Scanned.File(yaml, name);
            Assert.Equal("text", report.Files[0].Format);
            Assert.Empty(report.Findings);
        }

        var finding = Scanned.File(yaml, "model.onnx").Findings[0];
        Assert.Equal("file.damaged", finding.Rule);
        Assert.False(finding.What.EndsWith('.'), finding.What);
    }

    [Fact]
    public void A_graph_under_the_name_of_a_text_is_scanned_as_a_graph()
    {
        byte[] secret = Field(7, Field(5, Field(13, [.. Field(1, "location"u8), .. Field(2, "../secret"u8)])));
        byte[] page = Field(2, Encoding.UTF8.GetBytes(new string('x', 100_000)));   // a producer with a long name
        foreach (var bytes in new byte[][] { [.. secret, .. Whole(1, 8)], [.. page, .. secret, .. Whole(1, 8)] })
            Scanned.Blocked(Scanned.File(bytes, "graph.yaml"), "onnx.external-data");
    }

    // What makes text safe to call text: without the number of its format, which text can't have, no runtime takes a graph.
    [Fact]
    public void What_is_called_text_is_no_graph_for_the_runtime()
    {
        var builder = new GraphBuilder();
        builder.AddNamed("Identity", [builder.Input("x", GraphBuilder.Float, -1, 1)], "y");
        builder.Output("y", GraphBuilder.Float, -1, 1);
        var graph = builder.Build();
        Assert.Equal(0x08, graph[0]);
        using (new InferenceSession(graph))
        {
        }

        var unnumbered = graph[2..];
        Assert.ThrowsAny<Exception>(() => new InferenceSession(unnumbered));
        foreach (var spelling in new byte[][] { [0x08], [0x88, 0x00], [0x88, 0x80, 0x80, 0x80, 0x00], [0x88, 0x80, 0x80, 0x80, 0x20] })
        {
            byte[] text = [.. new byte[100_000].Select(_ => (byte)'x'), .. spelling, (byte)'!'];
            Assert.NotEqual("text", Scanned.File(text, "graph.yaml").Files[0].Format);
        }
    }

    [Fact]
    public void Letters_of_several_bytes_are_text_wherever_they_are_cut()
    {
        foreach (var shift in Enumerable.Range(0, 4))
            Assert.Equal("text", Scanned.File(Encoding.UTF8.GetBytes(new string('x', shift) + string.Concat(Enumerable.Repeat("ä€😀", 30_000))), "notes.txt").Files[0].Format);
        Assert.NotEqual("text", Scanned.File([.. "text"u8, 0xc3], "notes.txt").Files[0].Format);
    }
}
