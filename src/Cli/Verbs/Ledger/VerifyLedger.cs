using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Governance;
using Spectre.Console;

namespace Assay.Cli.Verbs.Ledger;

/// <summary><c>assay ledger verify</c>.</summary>
internal static class VerifyLedger
{
    public static Command Create()
    {
        var verb = new Verb(
            "verify",
            "Recomputes the whole tree, checks it against the signed heads and every recorded row, and exits with 1 when something was changed",
            "assay ledger verify",
            "assay ledger verify --home /srv/assay --json").Connected();
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var found = await session.Client.Ledger.Verify(cancel);
        session.Write(found, Show);
        return found.Verified ? 0 : 1;
    }

    private static void Show(LedgerVerification found)
    {
        var extent = $"{Figures.Number(found.Size)} events, {Figures.Number(found.Heads)} signed heads, {Figures.Number(found.RowsChecked)} rows";
        Screen.Out.MarkupLine(found.Verified
            ? $"[green]✓[/] The ledger holds: {extent}. [grey]Root {found.Root}[/]"
            : $"[red]✗[/] The ledger does not hold: {extent}.");
        foreach (var problem in found.Problems)
            Screen.Out.MarkupLine($"  {Markup.Escape(problem)}");
    }
}
