using Assay.Kernel;

namespace Assay.Tests.Kernel;

public sealed class ShortTextTests
{
    [Theory]
    [InlineData("abcd", "abcd")]
    [InlineData("abcde", "abc…")]
    [InlineData("ab😀", "ab😀")]
    [InlineData("ab😀e", "ab…")]   // and not half of it
    [InlineData("a😀de", "a😀…")]
    [InlineData("", "")]
    public void A_text_has_at_most_so_many_characters_and_no_half_of_one(string text, string shortened) => Assert.Equal(shortened, text.Shortened(4));
}
