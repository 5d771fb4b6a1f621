namespace Assay.Governance;

/// <summary>What recomputing the whole ledger found.</summary>
/// <param name="Verified">Whether nothing was found.</param>
/// <param name="Size">Events in the tree.</param>
/// <param name="Root">Recomputed root, hexadecimal.</param>
/// <param name="Heads">Signed heads that were checked.</param>
/// <param name="RowsChecked">Rows of recorded tables that were compared with what the ledger states of them.</param>
/// <param name="Problems">One sentence each, naming the row and what happened to it; at most 100. Who doesn't read the
/// ledger of the whole installation is told their number alone, for they may name rows of any project.</param>
/// <param name="At">When it was done.</param>
public sealed record LedgerVerification(
    bool Verified, long Size, string Root, int Heads, long RowsChecked, IReadOnlyList<string> Problems, DateTimeOffset At);
