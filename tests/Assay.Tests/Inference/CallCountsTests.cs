using System.Text;
using Assay.Inference.Counts;
using Assay.Inference.Models;
using Assay.Inference.Tensors;
using Assay.Statistics.Profiles;
using Assay.Statistics.Sketches;

namespace Assay.Tests.Inference;

/// <summary>What is counted of the calls of a model that brings no baseline.</summary>
public sealed class CallCountsTests
{
    private static readonly ModelSignature Silent = new([], []);

    [Fact]
    public void Each_element_of_a_narrow_row_is_counted_and_a_wide_one_as_mean_deviation_and_missing()
    {
        var counts = Of(Takes(new("size", "FP32", [-1, 1]), new("place", "FP64", [-1, 2]), new("image", "FP32", [-1, 3, 224, 224])));
        float[] pixels = [.. Enumerable.Range(0, 3 * 224 * 224).Select(at => at % 3 == 0 ? float.NaN : at % 3)];
        counts.Add(
            [
                NamedTensor.Of("size", TensorType.Fp32, [2, 1], [5f, float.NaN]), NamedTensor.Of("place", TensorType.Fp64, [2, 2], [1.0, 2, 3, 4]),
                NamedTensor.Of("image", TensorType.Fp32, [1, 3, 224, 224], pixels),
            ],
            [NamedTensor.Of("y", TensorType.Fp32, [2, 1], [0.5f, 0.5f])]);

        var window = counts.Take();

        Assert.Equal((2, "answer y"), (window.Rows, window.Score.Name));
        Assert.Equal(["size", "place[0]", "place[1]", "image mean", "image deviation", "image missing"], window.Features.Select(feature => feature.Name));
        Assert.Equal((2, 1, 5.0), (window.Features[0].Rows, window.Features[0].Missing, window.Features[0].Max));
        Assert.Equal((1.0, 3.0), (window.Features[1].Min, window.Features[1].Max));
        Assert.Equal(1.5, window.Features[3].Max!.Value, 0.01);   // of every color: in steps of three all were missing
        Assert.Equal(0.5, window.Features[4].Max!.Value, 0.01);
        Assert.Equal(1 / 3.0, window.Features[5].Max!.Value, 0.01);
        Assert.Equal(0, counts.Take().Rows);
    }

    [Fact]
    public void A_text_is_counted_by_a_place_and_its_length_and_none_is_kept()
    {
        var counts = Of(Takes(new TensorSpec("plan", "BYTES", [-1])));
        counts.Add([Texts("plan", "plus", "plus", "a secret")], []);
        var window = counts.Take();

        Assert.Equal(["plan", "plan length"], window.Features.Select(feature => feature.Name));
        Assert.Equal([1, 2], window.Features[0].Counts.Where(count => count > 0).Order());
        Assert.Equal((4.0, 8.0), (window.Features[1].Min, window.Features[1].Max));
        Assert.DoesNotContain("secret", Encoding.UTF8.GetString(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(window)), StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_of_any_number_a_size_that_never_changes_and_names_of_columns_are_understood()
    {
        var columns = new CallCounts(Takes(new TensorSpec("X", "FP32", [-1, 2])), ["age", "balance"], null);
        var counts = Of(Takes(new("tokens", "INT64", [-1, -1]), new("vector", "FP32", [3])));
        columns.Add([NamedTensor.Of("X", TensorType.Fp32, [1, 2], [1f, 2f])], []);
        counts.Add([NamedTensor.Of("tokens", TensorType.Int64, [1, 4], [1L, 2, 3, 4]), NamedTensor.Of("vector", TensorType.Fp32, [3], [1f, 2, 3])], []);

        Assert.Equal(["age", "balance"], columns.Take().Features.Select(feature => feature.Name));
        var window = counts.Take();
        Assert.Equal(["tokens mean", "tokens deviation", "tokens missing", "vector[0]", "vector[1]", "vector[2]"], window.Features.Select(feature => feature.Name));
        Assert.All(window.Features, feature => Assert.Equal(1, feature.Rows));
    }

    [Fact]
    public void An_input_that_does_not_come_is_missing_and_an_answer_that_nobody_asked_for_is_not()
    {
        var counts = Of(new([new("a", "FP32", [-1]), new("b", "FP32", [-1])], [new("y", "FP32", [-1]), new("z", "FP32", [-1])]));
        counts.Add([NamedTensor.Of("a", TensorType.Fp32, [3], [1f, 2, 3])], [NamedTensor.Of("y", TensorType.Fp32, [3], [1f, 2, 3])]);
        var window = counts.Take();

        Assert.Equal((3, 3), (window.Features[1].Rows, window.Features[1].Missing));
        Assert.Equal(("answer z", 0), (window.Features[2].Name, window.Features[2].Rows));
    }

    [Fact]
    public void Strangers_names_take_no_more_than_the_room_and_a_bodys_forms_are_all_read()
    {
        var counts = Of(Silent);
        for (var call = 0; call < 500; call++)
            counts.Add([NamedTensor.Of($"x{call}", TensorType.Fp32, [1], [1f])], []);
        Assert.Equal(64, counts.Take().Features.Count);

        foreach (var body in new[]
        {
            """{"inputs":{"age":[30,31],"plan":["plus","basic"]},"params":{"do":"it"}}""", """{"dataframe_records":[{"age":30,"plan":"plus"},{"age":31,"plan":"basic"}]}""",
            """{"instances":[{"age":30,"plan":"plus"},{"age":31,"plan":"basic"}]}""", """{"dataframe_split":{"columns":["age","plan"],"data":[[30,"plus"],[31,"basic"]]}}""",
        })
        {
            var passed = Of(Silent);
            passed.Add(Encoding.UTF8.GetBytes(body), """{"predictions":[0.5,0.7]}"""u8);
            var window = passed.Take();
            Assert.Equal(["age", "plan", "plan length"], window.Features.Select(feature => feature.Name));
            Assert.Equal((2, 2, 30.0, 31.0), (window.Rows, window.Features[0].Rows, window.Features[0].Min, window.Features[0].Max));
            Assert.Equal(("answer predictions", 0.7), (window.Score.Name, window.Score.Max));
        }
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("")]
    [InlineData("""{"dataframe_split":{"columns":["a","b"],"data":[[1]]}}""")]
    [InlineData("""{"dataframe_split":{"columns":7,"data":[[1]]}}""")]
    [InlineData("""{"inputs":{"x":[[1],[2,3]]}}""")]
    [InlineData("""[{"a":1},{"b":2}]""")]
    [InlineData("""{"inputs":{"x":[null,"text"]}}""")]
    public void A_body_that_is_none_of_the_forms_is_a_call_without_values(string body)
    {
        var counts = Of(Silent);
        counts.Add(Encoding.UTF8.GetBytes(body), "null and void"u8);
        var window = counts.Take();
        Assert.Equal((1, 0), (window.Rows, window.Features.Sum(feature => feature.Rows)));
    }

    [Fact]
    public void What_is_counted_is_bounded_for_a_tensor_and_for_a_second_and_chosen_evenly()
    {
        var clock = new StoppedClock();
        var budget = new ValueBudget(clock);
        var series = TensorSeries.Of("x", new("x", "FP32", [-1, 4]), null, null, 64)!;
        series.Add(NamedTensor.Of("x", TensorType.Fp32, [4096, 4], [.. Enumerable.Range(0, 4 * 4096).Select(at => (float)(at / 4))]), budget);
        var window = series.Take().First();
        Assert.Equal((256, 0.0, 4080.0), (window.Rows, window.Min, window.Max));   // each sixteenth row

        while (budget.Take(100, 4) > 0)
            Assert.True(budget.HasSome || budget.Take(1, 1) == 0);
        Assert.False(budget.HasSome);
        clock.Seconds++;
        Assert.True(budget.HasSome);
        Assert.Equal(100, budget.Take(100, 4));
    }

    [Fact]
    public void Windows_add_up_by_name_whatever_the_order_and_the_kind()
    {
        var (mine, theirs) = (Of(Silent), Of(Silent));
        mine.Add([NamedTensor.Of("a", TensorType.Fp32, [2], [1f, 2]), NamedTensor.Of("b", TensorType.Fp32, [2], [1f, 2])], []);
        theirs.Add([Texts("b", "x"), NamedTensor.Of("a", TensorType.Fp32, [1], [9f]), NamedTensor.Of("c", TensorType.Fp32, [1], [3f])], []);

        var sum = mine.Take().Merge(theirs.Take());

        Assert.Equal(["a", "b", "b length", "c"], sum.Features.Select(feature => feature.Name));
        Assert.Equal((3, 3L), (sum.Rows, QuantileSketchBytes.Parse(sum.Features[0].Sketch!).Count));
        Assert.Equal(2, sum.Features[1].Rows);   // the texts don't add up with the numbers
        var bins = LateBins.Of(LateBins.Profile(sum.Features[1]), sum.Features[1]);
        var texts = LateBins.Over(theirs.Take().Features[0] with { Rows = 5 }, bins, 5);
        Assert.Equal((5, 5), (texts.Rows, texts.Missing));
        Assert.Equal((7, 7), (LateBins.Over(null, bins, 7).Rows, LateBins.Over(null, bins, 7).Missing));
    }

    private sealed class StoppedClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }

    private static CallCounts Of(ModelSignature signature) => new(signature, null, null);

    private static ModelSignature Takes(params TensorSpec[] inputs) => new(inputs, []);

    private static NamedTensor Texts(string name, params string[] texts)
    {
        using var bytes = new MemoryStream();
        foreach (var text in texts.Select(Encoding.UTF8.GetBytes))
        {
            bytes.Write(BitConverter.GetBytes(text.Length));
            bytes.Write(text);
        }

        return new(name, TensorType.Bytes, [texts.Length], bytes.ToArray());
    }
}
