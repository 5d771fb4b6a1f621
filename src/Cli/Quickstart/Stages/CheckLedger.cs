using Assay.Cli.Output;
using Assay.Governance;

namespace Assay.Cli.Quickstart.Stages;

/// <summary>Stage 9: the whole ledger is recomputed.</summary>
internal static class CheckLedger
{
    public static Task<LedgerVerification> Run(Trip trip, CancellationToken cancel) => trip.Board.Run("ledger", async doing =>
    {
        doing("recomputing the tree");
        var found = await trip.Client.Ledger.Verify(cancel);
        return (found, found.Verified
            ? $"{Figures.Number(found.Size)} events and {Figures.Number(found.RowsChecked)} rows verified, root {found.Root[..16]}…"
            : $"does not hold: {string.Join(" ", found.Problems)}");
    }, found => found.Verified);
}
