using System.Text;
using Assay.Inference.Processes;

namespace Assay.Tests.Serving;

/// <summary>What is kept of a program's outputs.</summary>
public sealed class LastWordsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lines_are_kept_whole_whatever_ends_them_and_the_last_one_without_an_end_too()
    {
        Assert.Equal("one\ntwo\nthree\nfour", await Heard("one\r\ntwo\rthree\n\nfour"));
    }

    [Fact]
    public async Task A_long_line_is_cut_and_what_comes_after_it_is_kept()
    {
        var heard = await Heard(new string('a', 10_000) + "\nValueError: no\n");
        Assert.Equal((2000, true), (heard.Length + 1, heard.EndsWith("aaa\nValueError: no", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Output_without_ends_of_lines_takes_no_memory()
    {
        var line = new byte[64 << 20];
        line.AsSpan().Fill((byte)'x');
        using var output = new StreamReader(new MemoryStream(line));
        var words = new LastWords();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var hearing = words.Hear(output, CancellationToken.None);
        Assert.True(hearing.IsCompletedSuccessfully);   // on this thread, from beginning to end
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        await hearing;
        Assert.Equal(new string('x', 1999), $"{words}");
    }

    private static async Task<string> Heard(string output)
    {
        var words = new LastWords();
        await words.Hear(new StreamReader(new MemoryStream(Encoding.UTF8.GetBytes(output))), Cancel);
        return $"{words}";
    }
}
