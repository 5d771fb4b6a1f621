using System.Text;
using Assay.Data.Reading;
using Assay.Kernel;

namespace Assay.Tests.Data;

/// <summary>Lines are written to be read by a reader that guesses what parts the values.</summary>
public sealed class CsvLineTests
{
    [Theory]
    [InlineData("a;b;c")]
    [InlineData("a|b|c")]
    [InlineData("a,b,c")]
    [InlineData("a \"b\" c")]
    public void Names_of_columns_are_read_as_they_were_whatever_parts_values_elsewhere(string name)
    {
        var shape = CsvText.Rewrite(File(CsvLine.Of([name, "other"]), CsvLine.Of(["1", "2"])), () => Stream.Null, TestContext.Current.CancellationToken);
        Assert.Equal([name, "other"], shape.Columns);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("a;b,c\td|e")]
    [InlineData(" blanks at both ends ")]
    [InlineData("\"quotes\"")]
    [InlineData("two\r\nlines")]
    public void Values_are_read_as_they_were(string value) =>
        Assert.Equal([value, "1"], Assert.Single(CsvText.Head(File(CsvLine.Of(["text", "number"]), CsvLine.Of([value, "1"])), rows: 2)));

    private static MemoryStream File(params string[] lines) => new(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
}
