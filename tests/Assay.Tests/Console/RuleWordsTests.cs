extern alias console;

using Assay.Monitoring.Rules;
using console::Assay.Console.Pages.Monitoring;

namespace Assay.Tests.Console;

/// <summary>What the console's form of rules offers, which is what the server takes.</summary>
public class RuleWordsTests
{
    [Fact]
    public void Every_signal_has_words_and_a_bound_where_it_takes_one()
    {
        foreach (var signal in Enum.GetValues<RuleSignal>())
        {
            var words = RuleWords.Of(signal);
            Assert.NotEqual(signal.ToString(), words.Name);
            Assert.EndsWith(".", words.Help, StringComparison.Ordinal);
            Assert.Equal(RuleSet.IsUnbounded(signal), words.Unit is null);
            Assert.Equal(words.Unit is null, words.Usual is null);
            Assert.Equal(RuleSet.IsShare(signal), words.Unit == "of 1");
        }
    }

    [Fact]
    public void A_learned_bound_says_of_what_and_what_it_is_never_below()
    {
        Assert.Equal("1,000 ms", RuleWords.Bound(new(RuleSignal.P99Milliseconds, Above: 1000)));
        Assert.Equal("learned from 20 windows", RuleWords.Bound(new(RuleSignal.P99Milliseconds, LearnWindows: 20)));
        Assert.StartsWith("learned from 20 windows, at least 5", RuleWords.Bound(new(RuleSignal.ErrorShare, Above: 0.05, LearnWindows: 20)), StringComparison.Ordinal);
        Assert.Equal("", RuleWords.Bound(new(RuleSignal.Drift)));
        Assert.Equal("learned from 20 windows, 4 are there", RuleWords.Bound(new(RuleSignal.P99Milliseconds, LearnWindows: 20), new(0, 4, null)));
        Assert.Equal("150.5 ms, learned from 20 windows", RuleWords.Bound(new(RuleSignal.P99Milliseconds, LearnWindows: 20), new(0, 20, 150.5)));
    }

    [Fact]
    public void How_long_is_said_in_the_measure_of_the_signal()
    {
        Assert.Equal("for 60 s", RuleWords.For(new(RuleSignal.WaitingCalls, Above: 10, ForSeconds: 60)));
        Assert.Equal("at once", RuleWords.For(new(RuleSignal.MemoryShare, Above: 0.9)));
        Assert.Equal("3 windows in a row", RuleWords.For(new(RuleSignal.Drift, Windows: 3)));
    }
}
