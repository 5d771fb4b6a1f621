using Assay.Data.Datasets;
using Assay.Inference.Models;
using Assay.Learning;
using Assay.Learning.Labels;

namespace Assay.Tests.Learning;

public sealed class LabelTests
{
    [Theory]
    [InlineData("No", "Yes", "Yes")]
    [InlineData("YES", "no", "YES")]
    [InlineData("false", "true", "true")]
    [InlineData("positive", "control", "positive")]
    [InlineData("0", "1", "1")]
    [InlineData("10", "9", "10")]
    [InlineData("-1", "1", "1")]
    [InlineData("<=50K", ">50K", ">50K")]
    [InlineData("good", "bad", "bad")]   // the rarer
    [InlineData("bad", "good", "bad")]
    public void The_positive_class_follows_the_rules_whatever_the_order(string first, string second, string positive)
    {
        Assert.Equal(positive, PositiveClass.Order(first, second, Count)[1]);
        Assert.Equal(positive, PositiveClass.Order(second, first, Count)[1]);

        static int Count(string value) => value == "bad" ? 3 : 5;
    }

    [Fact]
    public void Of_equally_frequent_classes_the_ordinally_later_is_positive() =>
        Assert.Equal(["apple", "pear"], PositiveClass.Order("pear", "apple", _ => 4));

    [Fact]
    public void Two_values_are_taken_for_classes_and_many_numbers_for_a_quantity()
    {
        Assert.Equal(ModelTask.Classification, Label.Read(Tables.Mixed(), "churn", asked: null).Task);
        Assert.Equal(["false", "true"], Label.Read(Tables.Mixed(), "member", asked: null).Classes!);
        Assert.Equal(ModelTask.Regression, Label.Read(Tables.Mixed(), "amount", asked: null).Task);
        Assert.Equal(ModelTask.Regression, Label.Read(Numbers(0, 1, 0, 1), "y", ModelTask.Regression).Task);
    }

    [Fact]
    public void Rows_without_a_label_are_not_labelled()
    {
        var label = Label.Read(Numbers(1, double.NaN, 0, 1), "y", asked: null);

        Assert.Equal([0, 2, 3], label.Labelled);
        Assert.Equal([1, double.NaN, 0, 1], label.Values);
    }

    [Theory]
    [InlineData("chrun", null, "'churn'")]
    [InlineData("CHURN", null, "'churn'")]
    [InlineData("zzzzzzzzzz", null, "age, income, member, region, shop and 2 more")]
    [InlineData("shop", null, "300 different values")]
    [InlineData("region", ModelTask.Classification, "4 different values ('east's', 'north', 'south', 'wëst')")]
    [InlineData("amount", ModelTask.Classification, "ask for the task regression")]
    [InlineData("churn", ModelTask.Regression, "ask for classification")]
    [InlineData("churn", ModelTask.Multiclass, "by classification or by regression")]
    [InlineData("amount", ModelTask.Unknown, "by classification or by regression")]
    public void A_label_that_cannot_be_learned_is_refused_with_what_to_do(string label, ModelTask? task, string words)
    {
        var refusal = Assert.Throws<TrainingRefusedException>(() => Label.Read(Tables.Mixed(), label, task));

        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"'{label}'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_few_whole_numbers_are_neither_guessed_to_be_classes_nor_a_quantity() =>
        Assert.Contains("regression", Refused(Numbers(1, 2, 3, 4, 5)), StringComparison.Ordinal);

    [Fact]
    public void A_label_of_one_value_or_none_is_refused()
    {
        Assert.Contains("is '3' in every row", Refused(Numbers(3, 3, 3)), StringComparison.Ordinal);
        Assert.Contains("no value in any row", Refused(Numbers(double.NaN, double.NaN)), StringComparison.Ordinal);
    }

    private static string Refused(Table table) =>
        Assert.Throws<TrainingRefusedException>(() => Label.Read(table, "y", asked: null)).Message;

    private static Table Numbers(params double[] values) =>
        new([new NumberColumn("y", ColumnKind.Number, values)], values.Length);
}
