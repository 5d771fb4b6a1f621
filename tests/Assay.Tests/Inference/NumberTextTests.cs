using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;

namespace Assay.Tests.Inference;

/// <summary>Our own ways between numbers and their texts give what the framework's give, bit for bit and letter for letter.</summary>
public sealed class NumberTextTests
{
    private const int Count = 300_000;

    [Fact]
    public void Numbers_are_read_to_the_bits_of_the_frameworks_parser()
    {
        var random = new Random(1);
        for (var round = 0; round < Count; round++)
        {
            var text = Text(random, round);
            Assert.True(Utf8Parser.TryParse(Encoding.UTF8.GetBytes(text), out double expected, out _));
            var body = Encoding.UTF8.GetBytes(text + (round % 3 == 0 ? "" : ",0.123456789012345678,1]"));
            var at = 0;

            Assert.True(JsonNumber.TryRead(body, ref at, out var number), text);
            Assert.Equal((text, text.Length, BitConverter.DoubleToInt64Bits(expected)), (text, at, BitConverter.DoubleToInt64Bits(number)));
        }
    }

    [Fact]
    public void Numbers_whose_end_is_known_are_read_to_the_same_bits_or_left_to_the_other_way()
    {
        var random = new Random(3);
        var read = 0;
        for (var round = 0; round < Count; round++)
        {
            var text = Text(random, round);
            var before = round % 2 == 0 ? "[[0.25,-1.5,7,12345," : "[99999999999999999999999,";
            var body = Encoding.UTF8.GetBytes(before + text + (round % 3 == 0 ? "" : ",0.5]]"));
            var number = BoundedNumber.Read(body, before.Length, before.Length + text.Length);
            if (double.IsNaN(number))
                continue;
            read++;
            Assert.True(Utf8Parser.TryParse(Encoding.UTF8.GetBytes(text), out double expected, out _));
            Assert.Equal((text, BitConverter.DoubleToInt64Bits(expected)), (text, BitConverter.DoubleToInt64Bits(number)));
        }

        Assert.True(read > Count / 10 || !System.Runtime.Intrinsics.X86.Sse41.IsSupported);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("+1")]
    [InlineData("01")]
    [InlineData("-00.5")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1.e5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1-2")]
    [InlineData("1.2.3")]
    [InlineData("NaN")]
    [InlineData("0x10")]
    public void What_JSON_does_not_call_a_number_is_not_read_to_its_end(string text)
    {
        foreach (var after in new[] { "", new string(' ', 40) })
        {
            var at = 0;
            var isRead = JsonNumber.TryRead(Encoding.UTF8.GetBytes(text + after), ref at, out _);
            Assert.False(isRead && at == text.Length, text);
        }

        var before = new string('7', 20) + ",";
        Assert.True(double.IsNaN(BoundedNumber.Read(Encoding.UTF8.GetBytes($"{before}{text},"), before.Length, before.Length + text.Length)), text);
    }

    [Fact]
    public void Floats_are_written_letter_for_letter_as_the_framework_writes_them()
    {
        var random = new Random(2);
        Span<byte> own = stackalloc byte[ShortFloat.BytesMax];
        Span<byte> theirs = stackalloc byte[ShortFloat.BytesMax];
        for (var round = 0; round < Count; round++)
        {
            var number = Float(random, round);
            Assert.True(Utf8Formatter.TryFormat(number, theirs, out var length));
            Assert.Equal(Encoding.UTF8.GetString(theirs[..length]), Encoding.UTF8.GetString(own[..ShortFloat.Write(number, own)]));
        }
    }

    [Fact]
    public void Ids_of_calls_are_UUIDs_of_version_7_that_tell_when_and_never_come_twice()
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var ids = Enumerable.Range(0, 2000).Select(_ => TimedIds.Next()).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(ids, id =>
        {
            var parsed = Guid.ParseExact(id, "N");
            Assert.Equal((7, true), (parsed.Version, parsed.Variant is >= 8 and <= 11));
            Assert.InRange(long.Parse(id[..12], NumberStyles.HexNumber, CultureInfo.InvariantCulture), before, before + 60_000);
        });
    }

    // As people and programs write them: rounded, with all the digits of a double, with many more, whole, and with exponents.
    private static string Text(Random random, int round) => (round % 7) switch
    {
        0 => Math.Round(random.NextDouble() * 4 - 2, random.Next(7)).ToString("R", CultureInfo.InvariantCulture),
        1 => random.NextDouble().ToString("R", CultureInfo.InvariantCulture),
        2 => ((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-9, 17))).ToString("R", CultureInfo.InvariantCulture),
        3 => string.Create(CultureInfo.InvariantCulture, $"-{random.NextInt64(10_000_000)}.{random.NextInt64(1_000_000_000)}{random.NextInt64(1_000_000_000)}"),
        4 => random.NextInt64().ToString(CultureInfo.InvariantCulture),
        5 => (BitConverter.Int64BitsToDouble(random.NextInt64()) is var any && double.IsFinite(any) ? any : 0).ToString("R", CultureInfo.InvariantCulture).Replace("E+", "e", StringComparison.Ordinal),
        _ => ((float)random.NextDouble()).ToString("R", CultureInfo.InvariantCulture),
    };

    private static float Float(Random random, int round) => (round % 5) switch
    {
        0 => random.NextSingle(),
        1 => BitConverter.Int32BitsToSingle(random.Next()) is var any && float.IsFinite(any) ? any : 0,
        2 => (random.NextSingle() - 0.5f) * MathF.Pow(10, random.Next(-6, 9)),
        3 => MathF.Round(random.NextSingle() * 1000) / MathF.Pow(10, random.Next(6)),
        _ => MathF.Pow(2, random.Next(-20, 25)),
    };
}
