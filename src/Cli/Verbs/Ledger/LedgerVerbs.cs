using System.CommandLine;

namespace Assay.Cli.Verbs.Ledger;

/// <summary><c>assay ledger</c>.</summary>
internal static class LedgerVerbs
{
    public static Command Create() => new("ledger", "The ledger: everything that happened, and the proof that it was not changed")
    {
        ListLedger.Create(),
        VerifyLedger.Create(),
    };
}
