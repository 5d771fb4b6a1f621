using Assay.Inference.Models;
using YamlDotNet.Core;

namespace Assay.Tests.Inference;

/// <summary>Texts that would have the library call itself until the process ends.</summary>
public sealed class YamlTextTests
{
    public static TheoryData<string, string> Bombs => new()
    {
        { new string('[', 100_000), "nested more than 64 deep" },
        { string.Concat(Enumerable.Repeat("{a: ", 100_000)), "nested more than 64 deep" },
        { string.Concat(Enumerable.Repeat("- ", 100_000)), "nested more than 64 deep" },
        { "? &a [*a]\n: 1\n", "A key is a text." },
        { "a: &a [1]\n? *a\n: 1\n", "A key is a text." },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void A_text_without_bounds_is_refused(string text, string says) =>
        Assert.Contains(says, Assert.ThrowsAny<YamlException>(() => YamlText.Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Names_for_what_stands_twice_are_read() =>
        Assert.Equal(2, YamlText.Read("a: &a {b: [1, {c: 2}]}\nd: *a\n").Documents[0].RootNode is YamlDotNet.RepresentationModel.YamlMappingNode root ? root.Children.Count : 0);
}
