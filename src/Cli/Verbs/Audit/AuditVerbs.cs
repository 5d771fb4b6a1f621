using System.CommandLine;

namespace Assay.Cli.Verbs.Audit;

/// <summary><c>assay audit</c>.</summary>
internal static class AuditVerbs
{
    public static Command Create() => new("audit", "Who did what to which thing, how it ended, and the proof of it")
    {
        SearchAudit.Create(),
        ExportAudit.Create(),
        ProveEntry.Create(),
        CheckProof.Create(),
    };
}
