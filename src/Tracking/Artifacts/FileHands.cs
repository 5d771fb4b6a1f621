using System.Collections.Concurrent;
using Assay.Governance;
using Assay.Kernel.Projects;
using Assay.Tracking.LoggedModels;
using Assay.Tracking.Store;

namespace Assay.Tracking.Artifacts;

/// <summary>An account stored files of a run or a logged model; told of each account once, and again after a start.</summary>
internal sealed record FilesStored(string Of) : LedgerEvent(EventType, Of)
{
    public const string EventType = "files.stored";
}

/// <summary>
/// Tells the ledger who stores files of a run or a logged model, by the account that called: what clients say of users is
/// theirs to choose. Whoever made a model's files made the model, and may not approve it.
/// </summary>
internal sealed class FileHands(GroupWriter writer, IServiceScopeFactory scopes)
{
    private const int KnownMax = 10_000;
    private const int IdLength = 32;
    private const string ModelMark = "m-";
    private readonly ConcurrentDictionary<(string Project, string Of, string Caller), bool> _known = new();

    /// <summary>The run or logged model, as events name it, whose folder has that name; null for any other name.</summary>
    public static string? SubjectOf(string name) =>
        IsId(name) ? $"run:{name}"
        : name.StartsWith(ModelMark, StringComparison.Ordinal) && IsId(name[ModelMark.Length..]) ? LoggedModelTagged.SubjectOf(name)
        : null;

    /// <summary>Stores a file by a write that stores nothing else, and tells of it in the same transaction.</summary>
    public async Task Write<T>(string project, string caller, ArtifactPath path, Func<Session, T> write)
    {
        if (path.Text.Split('/').Select(SubjectOf).FirstOrDefault(of => of is not null) is not { } of || _known.ContainsKey((project, of, caller)))
        {
            await writer.Write(write);
            return;
        }

        await using var scope = scopes.Enter(project, caller);
        await writer.Write(scope.ServiceProvider.GetRequiredService<ILedgerRows>(), (session, happened) =>
        {
            var written = write(session);
            happened(new FilesStored(of));
            return written;
        });
        if (_known.Count >= KnownMax)
            _known.Clear();   // an account that is forgotten is told once more
        _known[(project, of, caller)] = true;
    }

    private static bool IsId(string name) => name.Length == IdLength && name.All(char.IsAsciiHexDigitLower);
}
