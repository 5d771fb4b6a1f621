using System.Text;
using Assay.Kernel.Blobs;
using Assay.Kernel.Homes;

namespace Assay.Governance.Ledger;

/// <summary>
/// The newest head, kept in a file of the home: who cuts the end off the database, or puts an older copy in its place, must
/// forge this too. It only ever moves forward along one tree; when the tree no longer contains it, it stays as evidence.
/// </summary>
internal sealed class KeptHead(AssayHome home, LedgerKeys keys, ILogger<KeptHead> log)
{
    private Checkpoint? _kept;
    private bool _evidence;

    /// <summary>Replaces the kept head by a newer one of the same tree.</summary>
    public async Task Advance(LedgerHead? head, TileWriter tree, CancellationToken cancel)
    {
        _kept ??= Read();
        if (_evidence || (_kept?.Size ?? 0) == (head?.Size ?? 0))
            return;

        if (_kept is not null && (_kept.Size > (head?.Size ?? 0) || !(await tree.Root(_kept.Size, cancel)).AsSpan().SequenceEqual(_kept.Root)))
        {
            _evidence = true;
            log.LogError("The database's ledger does not contain the head of {Size} events that was signed. Run 'assay ledger verify'.", _kept.Size);
            return;
        }

        DurableFile.Replace(home.CheckpointFile, Encoding.UTF8.GetBytes(head!.Checkpoint));
        _kept = Checkpoint.Open(head.Checkpoint, keys.Origin, keys.PublicKey);
    }

    private Checkpoint? Read() => File.Exists(home.CheckpointFile)
        ? Checkpoint.Open(File.ReadAllText(home.CheckpointFile), keys.Origin, keys.PublicKey)
        : null;
}
