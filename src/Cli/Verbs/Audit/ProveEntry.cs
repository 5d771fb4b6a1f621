using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Audit;

/// <summary><c>assay audit proof</c>.</summary>
internal static class ProveEntry
{
    private static readonly Argument<long> Place = new("place") { Description = "Place of the entry in the ledger", HelpName = "PLACE" };

    private static readonly Option<string?> Output = new("--output", "-o") { Description = "File to write; standard output when left out", HelpName = "FILE" };

    public static Command Create()
    {
        var verb = new Verb(
            "proof",
            "Writes the proof that an entry is in the signed ledger, as a C2SP .tlog-proof file that anybody can check offline",
            "assay audit proof 12",
            "assay audit proof 12 --output 12.tlog-proof",
            "assay audit proof 12 --json").Connected();
        verb.Add(Place);
        verb.Add(Output);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var place = session.Parsed.GetRequiredValue(Place);
        if (session.Json)
        {
            Screen.WriteJson(await session.Client.Ledger.Prove(place, cancel));
            return 0;
        }

        var text = await session.Client.Ledger.ProofFile(place, cancel);
        if (session.Parsed.GetValue(Output) is not { } path)
        {
            System.Console.Out.Write(text);
            return 0;
        }

        await File.WriteAllTextAsync(path, text, cancel);
        Screen.Out.MarkupLine($"[green]✓[/] {Markup.Escape(path)}. Check it with: assay audit check {Markup.Escape(path)}");
        return 0;
    }
}
