using System.CommandLine;
using System.Globalization;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Governance.Keys;
using Spectre.Console;

namespace Assay.Cli.Verbs.Keys;

/// <summary><c>assay key rewrap</c>.</summary>
internal static class RewrapKeys
{
    private static readonly Option<int> AtOnce = new("--at-once") { Description = "Objects in one step, 1 to 10000", HelpName = "N", DefaultValueFactory = _ => 1000 };

    public static Command Create()
    {
        var verb = new Verb(
            "rewrap",
            "Brings everything that is stored under the newest version of the key-encryption key, step by step; broken off, it goes on where it was. Exits with 1 when something is left",
            "assay key rewrap",
            "assay key rewrap --at-once 5000 --json").Connected();
        verb.Add(AtOnce);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var (total, damaged) = (0, new List<string>());
        RewrapStep? step = null;
        do
        {
            step = await session.Client.Keys.Rewrap(step?.Next, session.Parsed.GetValue(AtOnce), cancel);
            total += step.Rewrapped;
            damaged.AddRange(step.Damaged.Except(damaged));
            Screen.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{step.Done * 100,3:0} % looked at, {total} rewrapped"));
        }
        while (step.Next is not null);

        var result = step with { Rewrapped = total, Damaged = damaged };
        session.Write(result, Show);
        return result.Left == 0 ? 0 : 1;
    }

    private static void Show(RewrapStep result)
    {
        Screen.Line(result.Left == 0
            ? $"Everything stands under version {result.Version}; {result.Rewrapped} were brought there now."
            : $"{result.Left} objects still stand under older versions; run this again, and restore what is damaged from a backup.");
        foreach (var digest in result.Damaged)
            Screen.Line($"damaged: {digest}");
    }
}
