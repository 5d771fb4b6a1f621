using System.Text;
using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Databases;
using Assay.Kernel.Homes;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Ledger;

/// <summary>
/// Recomputes everything from the stored events: their hashes, the tree, every signed head, and the digests of all recorded
/// rows; and lets the modules check what they keep by digests. It trusts only the keys and reads one consistent snapshot, so it can run beside the work.
/// </summary>
internal sealed class LedgerVerifier(
    AssayDb db, LedgerKeys keys, Sequencer sequencer, IEnumerable<ILedgerCheck> checks, AssayHome home, TimeProvider clock)
{
    private const int PageSize = 1000;
    private const int FlushesMax = 5;
    private const int CopiesMax = 100;
    private static readonly TimeSpan FlushPause = TimeSpan.FromMilliseconds(200);
    private readonly Problems _problems = new();
    private readonly CompactRange _tree = new();
    private readonly Dictionary<(string Table, string Key), string?> _statements = [];
    private List<LedgerHead> _heads = [];
    private int _headAt;
    private Checkpoint? _kept;

    public async Task<LedgerVerification> Verify(CancellationToken cancel)
    {
        await PlaceWhatIsPending(cancel);

        // Before the snapshot: a head is committed first and kept then, so that the snapshot has whatever the file holds now.
        var kept = File.Exists(home.CheckpointFile) ? await File.ReadAllTextAsync(home.CheckpointFile, cancel) : null;
        await using var snapshot = await Snapshot.Begin(db, cancel);

        _heads = await db.LedgerHeads.AsNoTracking().OrderBy(head => head.Number).ToListAsync(cancel);
        CheckHeadChain();
        ReadKeptHead(kept);
        var tiles = new TileCheck(db, _problems);
        await ReadEvents(tiles, cancel);
        await tiles.Finish(cancel);
        for (; _headAt < _heads.Count; _headAt++)
            _problems.Add($"Head {_heads[_headAt].Number} covers {_heads[_headAt].Size} events, but only {_tree.Size} are there: events were deleted at the end.");
        if (_kept is not null && _kept.Size > _tree.Size)
            _problems.Add($"A head over {_kept.Size} events was signed, but the database has only {_tree.Size}: its end was cut off.");

        var rows = await new RowCheck(db, keys.Rows, _problems).Compare(_statements, cancel);
        foreach (var check in checks)
        {
            await foreach (var problem in check.Problems(cancel))
                _problems.Add(problem);
        }

        return new(
            _problems.None, _tree.Size, Convert.ToHexStringLower(_tree.Root()), _heads.Count, rows, _problems.Sentences, clock.GetUtcNow());
    }

    private async Task PlaceWhatIsPending(CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await sequencer.Flush(cancel);
                return;
            }
            catch (DbUpdateException problem) when (StorageTrouble.IsTaken(problem) && attempt < FlushesMax)
            {
                await Task.Delay(FlushPause, cancel);   // another replica was first
            }
            catch (DbUpdateException problem) when (StorageTrouble.IsTaken(problem))
            {
                // What is there is verified all the same.
                _problems.Add("No event can be added any more: the next place in the tree is taken, so a head was deleted and its events were not.");
                return;
            }
        }
    }

    private void CheckHeadChain()
    {
        for (var i = 0; i < _heads.Count; i++)
        {
            if (_heads[i].Number != i + 1)
            {
                _problems.Add($"Head {i + 1} was deleted from governance_ledger_heads.");
                return;
            }
        }
    }

    private async Task ReadEvents(TileCheck tiles, CancellationToken cancel)
    {
        var last = -1L;
        while (true)
        {
            var from = last;
            var page = await db.LedgerEvents.AsNoTracking().Where(row => row.Index > from).OrderBy(row => row.Index).Take(PageSize).ToListAsync(cancel);
            foreach (var row in page)
            {
                for (var missing = last + 1; missing < row.Index; missing++)
                {
                    _problems.Add($"Event {missing} was deleted from governance_ledger_events.");
                    Grow(await tiles.Next(null, "", cancel));
                }

                last = row.Index!.Value;
                var leaf = MerkleTree.LeafHash(Encoding.UTF8.GetBytes(row.Body));
                Grow(await tiles.Next(leaf, $"Event {row.Index} ({row.Type}, {row.Subject})", cancel));
                ReadBody(row);
            }

            if (page.Count < PageSize)
                break;
        }

        await ReadPending(cancel);
    }

    // Committed while this ran: not in the tree yet, but what they state of rows counts, if the server wrote them.
    private async Task ReadPending(CancellationToken cancel)
    {
        var copied = await db.LedgerEvents.GroupBy(row => row.Id).Where(rows => rows.Count() > 1).Select(rows => rows.Key).Take(CopiesMax).ToListAsync(cancel);
        foreach (var id in copied)
            _problems.Add($"Event {id} is there more than once: it was copied in the database.");

        await foreach (var row in db.LedgerEvents.AsNoTracking().Where(row => row.Index == null).OrderBy(row => row.Sequence).AsAsyncEnumerable().WithCancellation(cancel))
        {
            if (!keys.Events.Fits(row))
                _problems.Add($"Event {row.Id} ({row.Type}, {row.Subject}) was put into the database without the server, or changed there before it had its place: it is not taken into the tree.");
            else if (!copied.Contains(row.Id))
                ReadBody(row);
        }
    }

    // The tree grows by the hash that was stored when the event was placed: heads then tell whether the stored hashes are true.
    private void Grow(byte[] leaf)
    {
        _tree.Append(leaf);
        if (_kept is not null && _kept.Size == _tree.Size && !_kept.Root.AsSpan().SequenceEqual(_tree.Root()))
            _problems.Add($"The tree of the first {_tree.Size} events is not the one whose head is kept in the home: the database was rewritten.");
        while (_headAt < _heads.Count && _heads[_headAt].Size <= _tree.Size)
        {
            var head = _heads[_headAt++];
            var opened = Checkpoint.Open(head.Checkpoint, keys.Origin, keys.PublicKey);
            if (opened is null)
                _problems.Add($"The signature of head {head.Number} (size {head.Size}) is not valid.");
            else if (opened.Size != head.Size || head.Size != _tree.Size)
                _problems.Add($"Head {head.Number} says {head.Size} events, its signed note {opened.Size}.");
            else if (!opened.Root.AsSpan().SequenceEqual(_tree.Root()))
                _problems.Add($"The tree of the first {head.Size} events does not have the root that was signed as head {head.Number}.");
        }
    }

    private void ReadBody(LedgerRow row)
    {
        try
        {
            var body = JsonDocument.Parse(row.Body).RootElement;
            var same = body.GetProperty("id").GetString() == row.Id && body.GetProperty("type").GetString() == row.Type
                && body.GetProperty("subject").GetString() == row.Subject && body.GetProperty("actor").GetString() == row.Actor
                && body.GetProperty("project").GetString() == row.Project && body.GetProperty("at").GetDateTimeOffset() == row.At
                && row.Outcome == EventOutcomes.Of(row.Type);
            if (!same)
                _problems.Add($"Event {row.Index} ({row.Type}, {row.Subject}): a column differs from the event's body.");
            foreach (var statement in LedgerBody.Statements(body))
                _statements[(statement.Table, statement.Key)] = statement.Mac;
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            _problems.Add($"Event {row.Index} ({row.Type}, {row.Subject}): its body was changed and can't be read.");
        }
    }

    private void ReadKeptHead(string? text)
    {
        var name = Path.GetFileName(home.CheckpointFile);
        if (text is not null)
        {
            _kept = Checkpoint.Open(text, keys.Origin, keys.PublicKey);
            if (_kept is null)
                _problems.Add($"The file {name} in the home is not a head signed by this ledger.");
            else if (_heads.All(head => head.Size != _kept.Size))
                _problems.Add($"A head over {_kept.Size} events was signed, but governance_ledger_heads has none of that size.");
        }
        else if (_heads.Count > 0 && !File.Exists(home.CheckpointFile))   // else the first head was signed meanwhile
        {
            _problems.Add($"The file {name} was deleted from the home.");
        }
    }
}

/// <summary>Collects sentences, up to a limit.</summary>
internal sealed class Problems
{
    private const int Max = 100;
    private readonly List<string> _sentences = [];

    public bool None => _sentences.Count == 0;

    public IReadOnlyList<string> Sentences => _sentences;

    public void Add(string sentence)
    {
        if (_sentences.Count < Max)
            _sentences.Add(sentence);
    }
}
