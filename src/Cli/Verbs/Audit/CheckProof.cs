using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Governance.Ledger;
using Spectre.Console;

namespace Assay.Cli.Verbs.Audit;

/// <summary><c>assay audit check</c>.</summary>
internal static class CheckProof
{
    private static readonly Argument<string> Proof = new("file") { Description = "A .tlog-proof file", HelpName = "FILE" };

    private static readonly Option<string?> Key = new("--key") { Description = "The ledger's key (name+id+key); with it no server is asked. Default: the key of the server", HelpName = "KEY" };

    public static Command Create()
    {
        var verb = new Verb(
            "check",
            "Checks a proof: its signature, its tree and its entry; exits with 1 when it does not hold",
            "assay audit check 12.tlog-proof",
            "assay audit check 12.tlog-proof --key 'assay.local/ledger/…+1234abcd+AQ…' --json").Connected();
        verb.Add(Proof);
        verb.Add(Key);
        verb.SetAction(Handle);
        return verb;
    }

    private static async Task<int> Handle(ParseResult parsed, CancellationToken cancel)
    {
        var text = await File.ReadAllTextAsync(parsed.GetRequiredValue(Proof), cancel);
        if (parsed.GetValue(Key) is { } key)
            return Check(text, key, parsed.GetValue(VerbOptions.Json));
        return await Session.Running(async (session, cancel) => Check(text, (await session.Client.Ledger.Head(cancel)).VerifierKey, session.Json))(parsed, cancel);
    }

    private static int Check(string text, string key, bool json)
    {
        try
        {
            var proof = TlogProof.Check(text, key);
            if (json)
                Screen.WriteJson(new Result(true, null, proof));
            else
                Show(proof);
            return 0;
        }
        catch (FormatException problem)
        {
            if (json)
                Screen.WriteJson(new Result(false, problem.Message, null));
            else
                Screen.Out.MarkupLine($"[red]✗[/] {Markup.Escape(problem.Message)}");
            return 1;
        }
    }

    private static void Show(CheckedProof proof)
    {
        Screen.Out.MarkupLine($"[green]✓[/] Entry {Figures.Number(proof.Index)} is one of the {Figures.Number(proof.Size)} that {Markup.Escape(proof.Origin)} has signed. [grey]Root {proof.Root}[/]");
        Screen.Line(proof.Entry);
    }

    private sealed record Result(bool Holds, string? Problem, CheckedProof? Proof);
}
