using System.Runtime.InteropServices;
using System.Text;
using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Tests.Inference;

/// <summary>A table model asked with named tensors, a column each.</summary>
public sealed class TableTensorsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tensors_get_the_same_answer_as_rows()
    {
        using var model = TinyModel.Load();
        var expected = InferenceModelTests.Predict(model, """[[30,500,"plus"],[64,null,null]]""");
        var answer = Assert.Single(await model.Infer(
            [Numbers("age", 30, 64), Numbers("balance", 500, float.NaN), Texts("plan", "plus", "")], null, Cancel));
        Assert.Equal("probability", answer.Name);
        Assert.Equal([2, 1], answer.Shape);
        Assert.Equal(expected, MemoryMarshal.Cast<byte, float>(answer.Bytes.Span).ToArray());
    }

    [Fact]
    public async Task Whole_numbers_are_taken_where_a_number_is_asked_for()
    {
        using var model = TinyModel.Load();
        long[] age = [30];
        var answer = await model.Infer(
            [new("age", TensorType.Int64, [1], MemoryMarshal.AsBytes(age.AsSpan()).ToArray()), Numbers("balance", 500), Texts("plan", "plus")], null, Cancel);
        Assert.Equal(InferenceModelTests.Predict(model, """[[30,500,"plus"]]""")[0], MemoryMarshal.Read<float>(answer[0].Bytes.Span));
    }

    [Fact]
    public async Task What_the_schema_does_not_allow_is_refused_by_its_input()
    {
        using var model = TinyModel.Load();
        async Task<(string? Column, string Message)> Refused(params NamedTensor[] inputs)
        {
            var problem = await Assert.ThrowsAsync<InvalidInputException>(async () => await model.Infer(inputs, null, Cancel));
            return (problem.Column, problem.Message);
        }

        var (age, balance, plan) = (Numbers("age", 30), Numbers("balance", 1), Texts("plan", "plus"));
        Assert.Equal(("plan", "Input 'plan' is missing. Send it as BYTES of the shape [-1,1]."), await Refused(age, balance));
        Assert.Equal("Row 1, column 'plan': the model doesn't know the value \"gold\". It knows 'basic', 'größer', 'plus'.", (await Refused(age, balance, Texts("plan", "gold"))).Message);
        Assert.Equal("The model has no input 'agee'. Leave it out; the inputs are 'age', 'balance', 'plan'.", (await Refused(age, balance, plan, Numbers("agee", 1))).Message);
        Assert.Equal("Input 'balance' has 2 rows, and the first input has 1. Send the same rows in each.", (await Refused(age, Numbers("balance", 1, 2), plan)).Message);
        Assert.Equal("Input 'age' is BYTES, and the model takes FP32 there.", (await Refused(Texts("age", "30"), balance, plan)).Message);
        Assert.StartsWith("Row 1, column 'age': null is not allowed", (await Refused(Numbers("age", float.NaN), balance, plan)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new long[] { -1 }, "Input 'x': the shape [-1] has a negative dimension. Send how many elements there are.")]
    [InlineData(new long[] { long.MaxValue, long.MaxValue, 4 }, "more than 67,108,864 elements")]
    [InlineData(new long[] { 0, long.MaxValue }, "more than 67,108,864 elements")]
    [InlineData(new long[] { 3 }, "Input 'x': 4 bytes are not a FP32 tensor of the shape [3], which has 12.")]
    [InlineData(new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, "17 dimensions")]
    public void A_shape_that_makes_no_sense_is_refused(long[] shape, string problem)
    {
        var refused = Assert.Throws<InvalidInputException>(() => new NamedTensor("x", TensorType.Fp32, shape, new byte[4]));
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 255, 255, 255, 255 })]
    [InlineData(new byte[] { 1, 0, 0, 0, 65, 9 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 1, 0 })]
    public void Texts_that_lie_about_their_length_are_refused(byte[] bytes) =>
        Assert.Throws<InvalidInputException>(() => new NamedTensor("x", TensorType.Bytes, [1], bytes));

    internal static NamedTensor Numbers(string name, params float[] values) =>
        new(name, TensorType.Fp32, [values.Length, 1], MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    internal static NamedTensor Texts(string name, params string[] values) => new(name, TensorType.Bytes, [values.Length, 1], Packed(values));

    internal static byte[] Packed(params string[] values) =>
        [.. values.SelectMany(value => BitConverter.GetBytes(Encoding.UTF8.GetByteCount(value)).Concat(Encoding.UTF8.GetBytes(value)))];
}
