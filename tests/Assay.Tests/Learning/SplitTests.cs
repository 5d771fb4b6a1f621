using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Assay.Data.Datasets;
using Assay.Learning;
using Assay.Learning.Splits;

namespace Assay.Tests.Learning;

public sealed class SplitTests
{
    private static readonly string[] Columns = ["age", "income", "member", "region", "shop", "churn"];

    [Fact]
    public void Equal_rows_fall_on_the_same_side_in_every_order_of_rows_and_columns()
    {
        var table = Tables.Mixed(rows: 400);
        var order = Enumerable.Range(0, 400).Reverse().ToArray();
        var other = table.Picked(order);
        other = other with { Columns = [.. other.Columns.Reverse()] };

        var sides = Split.Holdout(table, Columns, seed: 20);
        var otherSides = Split.Holdout(other, Columns.Reverse(), seed: 20);

        Assert.Equal(sides, otherSides.Reverse());
        Assert.Contains(true, sides);
        Assert.Contains(false, sides);
    }

    [Fact]
    public void About_a_fifth_is_held_out_and_another_seed_holds_out_others()
    {
        var table = Tables.Mixed(rows: 10_000);

        var sides = Split.Holdout(table, Columns, seed: 20);
        var others = Split.Holdout(table, Columns, seed: 21);

        // Five standard deviations of a fair draw of 10,000.
        Assert.InRange(sides.Count(held => held), 1800, 2200);
        Assert.InRange(sides.Zip(others).Count(pair => pair.First && pair.Second), 300, 500);
    }

    [Fact]
    public void The_identity_is_the_documented_hash()
    {
        var table = new Table(
        [
            new TextColumn("b", ColumnKind.Text, ["ü", null]),
            new NumberColumn("a", ColumnKind.Number, [-0.0, 1e21]),
        ], 2);

        var identities = Split.Identities(table, ["b", "a"], seed: 20);

        Assert.Equal(Hash(20, "a", "0", "b", "ü"), identities[..32]);
        Assert.Equal(Hash(20, "a", "1E+21", "b", null), identities[32..]);
        Assert.Equal(Split.Holdout(table, ["a", "b"], 20)[1], Split.IsHoldout(table, 1, ["a", "b"], 20));
    }

    [Fact]
    public void Columns_that_identify_nothing_do_not_decide()
    {
        var table = Tables.Mixed(rows: 200);

        Assert.Equal(Split.Holdout(table, Columns, 20), Split.Holdout(table.Without("amount"), Columns, 20));
    }

    [Fact]
    public void A_column_that_is_not_there_is_named() =>
        Assert.Contains("'nowhere'", Assert.Throws<ArgumentException>(() => Split.Holdout(Tables.Mixed(10), ["nowhere"], 1)).Message, StringComparison.Ordinal);

    [Fact]
    public void Equal_rows_are_in_one_fold_and_every_fold_has_its_share_of_each_class()
    {
        var once = Tables.Mixed(rows: 500);
        var table = once.Picked([.. Enumerable.Range(0, 500), .. Enumerable.Range(0, 500)]);
        var identities = Split.Identities(table, Columns, 20);
        var sides = RowSides.Of(identities, Enumerable.Range(0, 1000));
        var churn = ((TextColumn)table.Find("churn")!).Values;

        var folds = sides.Deal(identities, row => churn[row] == "Yes" ? 1 : 0, folds: 5);

        var foldOf = sides.Train.Zip(folds).ToDictionary();
        Assert.All(sides.Train.Where(row => row < 500), row => Assert.Equal(foldOf[row], foldOf[row + 500]));
        foreach (var kind in new[] { "Yes", "No" })
        {
            var sizes = foldOf.Where(row => churn[row.Key] == kind).GroupBy(row => row.Value).Select(fold => fold.Count()).ToArray();
            Assert.Equal(5, sizes.Length);
            Assert.True(sizes.Max() - sizes.Min() <= 4, string.Join(", ", sizes));
        }
    }

    [Fact]
    public void The_digest_of_the_held_out_rows_is_that_of_their_content_and_not_of_their_order()
    {
        var table = Tables.Mixed(rows: 300);
        var shuffled = table.Picked([.. Enumerable.Range(0, 300).OrderBy(row => row * 7919 % 300)]);

        Assert.Equal(DigestOf(table), DigestOf(shuffled));
        var held = Array.IndexOf(Split.Holdout(table, Columns, 20), true);
        Assert.NotEqual(DigestOf(table), DigestOf(table.Picked([.. Enumerable.Range(0, 300).Where(row => row != held)])));

        static string DigestOf(Table table) =>
            RowSides.Of(Split.Identities(table, Columns, 20), Enumerable.Range(0, table.Rows)).HoldoutDigest.ToString();
    }

    private static byte[] Hash(int seed, params string?[] texts)
    {
        var bytes = new List<byte>();
        Append(seed);
        foreach (var text in texts)
        {
            Append(text is null ? -1 : Encoding.UTF8.GetByteCount(text));
            bytes.AddRange(Encoding.UTF8.GetBytes(text ?? ""));
        }

        return SHA256.HashData([.. bytes]);

        void Append(int number)
        {
            var buffer = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(buffer, number);
            bytes.AddRange(buffer);
        }
    }
}
