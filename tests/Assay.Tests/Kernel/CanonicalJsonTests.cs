using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Kernel;

namespace Assay.Tests.Kernel;

public sealed class CanonicalJsonTests
{
    [Theory]   // RFC 8785, appendix B
    [InlineData("0000000000000000", "0")]
    [InlineData("8000000000000000", "0")]
    [InlineData("0000000000000001", "5e-324")]
    [InlineData("8000000000000001", "-5e-324")]
    [InlineData("7fefffffffffffff", "1.7976931348623157e+308")]
    [InlineData("ffefffffffffffff", "-1.7976931348623157e+308")]
    [InlineData("4340000000000000", "9007199254740992")]
    [InlineData("c340000000000000", "-9007199254740992")]
    [InlineData("4430000000000000", "295147905179352830000")]
    [InlineData("44b52d02c7e14af5", "9.999999999999997e+22")]
    [InlineData("44b52d02c7e14af6", "1e+23")]
    [InlineData("44b52d02c7e14af7", "1.0000000000000001e+23")]
    [InlineData("444b1ae4d6e2ef4e", "999999999999999700000")]
    [InlineData("444b1ae4d6e2ef4f", "999999999999999900000")]
    [InlineData("444b1ae4d6e2ef50", "1e+21")]
    [InlineData("3eb0c6f7a0b5ed8c", "9.999999999999997e-7")]
    [InlineData("3eb0c6f7a0b5ed8d", "0.000001")]
    [InlineData("41b3de4355555553", "333333333.3333332")]
    [InlineData("41b3de4355555554", "333333333.33333325")]
    [InlineData("41b3de4355555555", "333333333.3333333")]
    [InlineData("41b3de4355555556", "333333333.3333334")]
    [InlineData("41b3de4355555557", "333333333.33333343")]
    [InlineData("becbf647612f3696", "-0.0000033333333333333333")]
    [InlineData("43143ff3c1cb0959", "1424953923781206.2")]
    public void Numbers_are_written_as_ECMAScript_writes_them(string bits, string expected)
    {
        var number = BitConverter.UInt64BitsToDouble(ulong.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

        Assert.Equal(expected, CanonicalJson.EcmaScript(number));
        Assert.Equal(expected, Canonical(expected));
    }

    [Theory]
    [InlineData("""{ "b": [1, true, null], "a": "x" }""", """{"a":"x","b":[1,true,null]}""")]
    [InlineData("""[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001]""", "[333333333.3333333,1e+30,4.5,0.002,1e-27]")]
    [InlineData("""{"s":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"}""", """{"s":"€$\u000f\nA'B\"\\\\\"/"}""")]
    [InlineData("""{"1":{"f":{"f":"hi","F":5},"\n":56},"10":{},"":"empty","a":{},"111":[{"e":"yes","E":"no"}],"A":{}}""",
        """{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}""")]
    [InlineData("{}", "{}")]
    public void Members_are_sorted_and_text_has_the_fewest_escapes(string json, string expected) => Assert.Equal(expected, Canonical(json));

    [Fact]
    public void Members_are_sorted_by_UTF16_code_units_and_not_by_code_points()
    {
        // U+1F602 is D83D DE02 in UTF-16 and therefore stands before U+FB33, which is the smaller code point.
        Assert.Equal("{\"\u00f6\":1,\"\u20ac\":2,\"\ud83d\ude02\":3,\"\ufb33\":4}", Canonical("""{"\ufb33":4,"\ud83d\ude02":3,"\u20ac":2,"\u00f6":1}"""));
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("9007199254740993")]
    [InlineData("1e400")]
    [InlineData(@"[""\ud800""]")]
    [InlineData(@"{""\udead"":1}")]
    public void A_value_without_a_canonical_form_is_refused(string json) => Assert.Throws<JsonException>(() => Canonical(json));

    [Fact]
    public void An_object_is_written_by_way_of_the_house_options()
    {
        var bytes = CanonicalJson.Write(new { Zeta = 1.0, Alpha = "ä" }, AssayJson.Options);

        Assert.Equal("""{"alpha":"ä","zeta":1}""", Encoding.UTF8.GetString(bytes));
    }

    private static string Canonical(string json) => Encoding.UTF8.GetString(CanonicalJson.Rewrite(Encoding.UTF8.GetBytes(json)));
}
