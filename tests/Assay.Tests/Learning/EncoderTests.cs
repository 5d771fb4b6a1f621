using Assay.Data.Datasets;
using Assay.Learning.Features;

namespace Assay.Tests.Learning;

public sealed class EncoderTests
{
    [Fact]
    public void A_missing_number_becomes_the_training_rows_median_and_says_that_it_was_missing()
    {
        var encoder = Encoder.Fit([Number(1, 2, 9, double.NaN, 1000)], [0, 1, 2, 3], scales: false);

        Assert.Equal([2, 1], Dense(encoder, 3));
        Assert.Equal([1000, 0], Dense(encoder, 4));
    }

    [Fact]
    public void Scaled_numbers_have_mean_0_and_deviation_1_over_the_training_rows()
    {
        var encoder = Encoder.Fit([Number(1, 3, 5, 7, 1000)], [0, 1, 2, 3], scales: true);

        var scaled = Enumerable.Range(0, 4).Select(row => (double)Dense(encoder, row)[0]).ToArray();
        Assert.Equal(0, scaled.Average(), tolerance: 1e-6);
        Assert.Equal(1, scaled.Average(value => value * value), tolerance: 1e-6);
    }

    [Fact]
    public void A_category_has_a_slot_per_value_and_missing_is_one_of_them_and_unseen_is_none()
    {
        var encoder = Encoder.Fit([Category("b", "a", null, "b", "new")], [0, 1, 2, 3], scales: false);

        Assert.Equal([0, 0, 1], Dense(encoder, 0));
        Assert.Equal([0, 1, 0], Dense(encoder, 1));
        Assert.Equal([1, 0, 0], Dense(encoder, 2));
        Assert.Equal([0, 0, 0], Dense(encoder, 4));
    }

    [Fact]
    public void Only_the_most_frequent_values_get_a_slot()
    {
        var values = Enumerable.Range(0, 500).Select(i => (string?)$"v{i:000}").Concat(Enumerable.Repeat<string?>("v499", 3)).ToArray();
        var encoder = Encoder.Fit([Category(values)], [.. Enumerable.Range(0, values.Length)], scales: false);

        Assert.Equal(Encoder.SlotsMax, encoder.Width);
        Assert.Contains(1, Dense(encoder, 499));
        Assert.Contains(1, Dense(encoder, 198));
        Assert.DoesNotContain(1, Dense(encoder, 199));
    }

    [Fact]
    public void Text_with_too_many_values_and_numbers_beyond_single_precision_are_no_features()
    {
        var names = Enumerable.Range(0, FeatureReader.CategoriesMax + 1).Select(i => (string?)$"{i}").ToArray();
        var huge = names.Select((_, i) => i == 5 ? 1e300 : i).ToArray();
        var table = new Table([new TextColumn("name", ColumnKind.Text, names), new NumberColumn("huge", ColumnKind.Number, huge)], names.Length);

        var (features, leftOut) = FeatureReader.Read(table, "label", []);

        Assert.Empty(features);
        Assert.Equal(["name", "huge"], leftOut.Select(column => column.Column));
    }

    private static Feature Number(params double[] values) => Read(new NumberColumn("x", ColumnKind.Number, values), values.Length);

    private static Feature Category(params string?[] values) => Read(new TextColumn("x", ColumnKind.Text, values), values.Length);

    private static Feature Read(Column column, int rows) =>
        FeatureReader.Read(new Table([column], rows), "label", []).Features.Single();

    private static float[] Dense(Encoder encoder, int row) => [.. encoder.Encode(row).DenseValues()];
}
