extern alias console;

using System.Text.Json;
using console::Assay.Console.Pages.Endpoints.Tensors;

namespace Assay.Tests.Console;

/// <summary>What the console's form of a model of tensors sends.</summary>
public class TensorDraftTests
{
    [Fact]
    public void A_request_has_every_input_in_its_shape_and_zeros_to_begin_with()
    {
        TensorDraft[] drafts =
        [
            new(new("x", "FP32", [-1, 3])), new(new("a \"word\"", "BYTES", [-1, 1])), new(new("on", "BOOL", [2])), new(new("scale", "FP64", [])),
            new(new("tokens", "INT64", [-1, 64])), new(new("weights", "FP32", [3000])), new(new("maybe", "FP32", [1]) { Optional = true }) { LeftOut = true },
        ];
        var inputs = Inputs(drafts);
        Assert.Equal("[[0, 0, 0]]", inputs.GetProperty("x").GetRawText());
        Assert.Equal("[[\"\"]]", inputs.GetProperty("a \"word\"").GetRawText());
        Assert.Equal("[false, false]", inputs.GetProperty("on").GetRawText());
        Assert.Equal("0", inputs.GetProperty("scale").GetRawText());
        Assert.Equal(64, inputs.GetProperty("tokens")[0].GetArrayLength());
        Assert.Equal(3000, inputs.GetProperty("weights").GetArrayLength());
        Assert.False(inputs.TryGetProperty("maybe", out _));
        Assert.Equal([TensorEntry.Fields, TensorEntry.Fields, TensorEntry.Fields, TensorEntry.Fields, TensorEntry.Json, TensorEntry.Json], drafts.Take(6).Select(draft => draft.Entry));
        Assert.StartsWith("[[0, 0", drafts[4].Json, StringComparison.Ordinal);
        Assert.Empty(drafts[5].Json);   // too much to read, so empty stands for it
    }

    [Fact]
    public void Without_inputs_it_is_still_a_request() => Assert.Empty(Inputs().EnumerateObject());

    [Fact]
    public void Fields_are_named_by_their_place_and_sent_as_they_were_written()
    {
        var draft = new TensorDraft(new("grid", "FP32", [-1, 2, 2]));
        Assert.Equal(["grid[0, 0]", "grid[0, 1]", "grid[1, 0]", "grid[1, 1]"], Enumerable.Range(0, 4).Select(draft.Label));
        draft.Fields[1] = " 2.5 ";
        Assert.Equal("[[[0, 2.5], [0, 0]]]", Inputs(draft).GetProperty("grid").GetRawText());
        var whole = new TensorDraft(new("id", "UINT64", [1])) { Fields = { [0] = "18446744073709551615" } };
        Assert.Equal("[18446744073709551615]", Inputs(whole).GetProperty("id").GetRawText());
    }

    [Theory]
    [InlineData("FP32", "old", "'old' is not a number, and age needs one.")]
    [InlineData("FP32", "NaN", "'NaN' is not a number, and age needs one.")]
    [InlineData("INT64", "1.5", "'1.5' is not a whole number, and age needs one.")]
    public void What_can_not_be_sent_is_named(string datatype, string text, string sentence)
    {
        var draft = new TensorDraft(new("age", datatype, [1])) { Fields = { [0] = text } };
        Assert.Equal(sentence, Assert.Throws<FormatException>(() => TensorDraft.Write([draft])).Message);
    }

    [Fact]
    public void Json_that_is_none_is_named()
    {
        var draft = new TensorDraft(new("tokens", "INT64", [64])) { Json = "[1, 2" };
        Assert.StartsWith("What stands in tokens is not JSON", Assert.Throws<FormatException>(() => TensorDraft.Write([draft])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 3, 224, 224, false, -1, 3, 224, 224)]
    [InlineData(false, 3, 224, 224, true, -1, -1, -1, 3)]
    [InlineData(true, 1, 28, 28, false, 1, 1, 28, 28)]
    [InlineData(false, 4, 32, 64, false, 32, 64, 4)]
    public void A_shape_of_pixels_is_known_as_a_picture(bool channelsFirst, int channels, int height, int width, bool isFree, params int[] shape) =>
        Assert.Equal(new PictureShape(height, width, channels, channelsFirst, isFree), PictureShape.Of([.. shape.Select(size => (long)size)]));

    [Fact]
    public void Other_shapes_are_no_pictures()
    {
        Assert.Null(PictureShape.Of([-1, 2]));
        Assert.Null(PictureShape.Of([8, 3, 224, 224]));   // eight of them at once
        Assert.Null(PictureShape.Of([-1, 16, 12, 64]));
    }

    [Fact]
    public void Pixels_are_sent_channel_by_channel_or_pixel_by_pixel()
    {
        byte[] pixels = [255, 0, 51, 255, 0, 255, 102, 255];   // two pixels: red, green, blue, alpha
        Assert.Equal("[[[[1, 0]], [[0, 1]], [[0.2, 0.4]]]]", Write(new(1, 2, 3, true, false), 4, PixelScale.ZeroToOne));
        Assert.Equal("[[[255, 0, 51], [0, 255, 102]]]", Write(new(1, 2, 3, false, false), 3, PixelScale.ZeroTo255));
        Assert.Equal("[[[0.3218], [0.6326]]]", Write(new(1, 2, 1, false, false), 3, PixelScale.ZeroToOne));

        string Write(PictureShape picture, int dimensions, PixelScale scale)
        {
            var (sizes, value, next) = (picture.Sizes(dimensions), picture.Values(pixels, scale), 0);
            return Nest(0);

            string Nest(int dimension) => dimension == sizes.Count
                ? value(next++)
                : $"[{string.Join(", ", Enumerable.Range(0, (int)sizes[dimension]).Select(_ => Nest(dimension + 1)))}]";
        }
    }

    [Fact]
    public void A_picture_is_asked_for_before_anything_is_sent()
    {
        var draft = new TensorDraft(new("image", "UINT8", [-1, 8, 8, 3]));
        Assert.Equal((TensorEntry.Picture, PixelScale.ZeroTo255), (draft.Entry, draft.Scale));
        Assert.Contains("none was chosen", Assert.Throws<FormatException>(() => TensorDraft.Write([draft])).Message, StringComparison.Ordinal);
        draft.Pixels = new byte[8 * 8 * 4];
        var sent = Inputs(draft).GetProperty("image");
        Assert.Equal((1, 8, 8, 3), (sent.GetArrayLength(), sent[0].GetArrayLength(), sent[0][0].GetArrayLength(), sent[0][0][0].GetArrayLength()));
    }

    private static JsonElement Inputs(params TensorDraft[] drafts) => JsonElement.Parse(TensorDraft.Write(drafts)).GetProperty("inputs");
}
