using Assay.Inference.Models;
using Assay.Inference.Requests;

namespace Assay.Tests.Inference;

public sealed class RowTransferTests
{
    private static readonly ModelSchema Other = TinyModel.Schema with
    {
        Inputs = [TinyModel.Schema.Inputs[0], TinyModel.Schema.Inputs[1] with { Nullable = false }, TinyModel.Schema.Inputs[2] with { Categories = ["plus", "premium", "basic"] }],
    };

    [Fact]
    public void A_category_has_the_place_that_the_other_model_gives_it()
    {
        using var rows = new RequestReader(TinyModel.Schema).Read("""[[30,1,"plus"],[31,2,null],[32,3,"basic"]]"""u8);
        using var copy = RowTransfer.Between(TinyModel.Schema, Other, out _)!.Copy(rows);
        Assert.Equal([30, 1, 0, 31, 2, -1, 32, 3, 2], copy!.Cells.ToArray());
    }

    [Theory]
    [InlineData("""[[30,1,"größer"]]""")]   // a category that the other doesn't know
    [InlineData("""[[30,null,"plus"]]""")]   // missing where the other needs a number
    public void Rows_that_the_other_model_would_refuse_are_not_handed_to_it(string body)
    {
        using var rows = new RequestReader(TinyModel.Schema).Read(System.Text.Encoding.UTF8.GetBytes(body));
        Assert.Null(RowTransfer.Between(TinyModel.Schema, Other, out _)!.Copy(rows));
    }

    [Fact]
    public void Models_with_other_inputs_have_no_way_between_them()
    {
        Assert.Null(RowTransfer.Between(TinyModel.Schema, Other with { Inputs = [.. Other.Inputs.Take(2)] }, out var problem));
        Assert.Equal("one has 3 inputs and the other 2", problem);
    }
}
