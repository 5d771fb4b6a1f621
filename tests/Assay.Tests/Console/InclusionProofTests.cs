extern alias console;

using System.Security.Cryptography;
using System.Text;
using Assay.Governance.Ledger;
using console::Assay.Console.Pages.Ledger;

namespace Assay.Tests.Console;

/// <summary>The console's own check of a proof, against trees that are built here by the definition of RFC 9162.</summary>
public class InclusionProofTests
{
    [Fact]
    public void Every_entry_of_trees_of_up_to_twenty_entries_proves_itself()
    {
        for (var size = 1; size <= 20; size++)
        {
            for (var index = 0; index < size; index++)
                Assert.True(InclusionProof.Holds(Prove(index, size)), $"entry {index} of {size}");
        }
    }

    [Fact]
    public void A_changed_entry_place_sibling_or_head_does_not_hold()
    {
        var proof = Prove(5, 11);
        var otherSibling = proof.Hashes.Select((hash, place) => place == 1 ? Convert.ToBase64String(new byte[32]) : hash).ToList();
        LedgerProof[] wrong =
        [
            proof with { Entry = proof.Entry + " " },
            proof with { Index = 4 },
            proof with { Index = 11 },
            proof with { LeafHash = new string('0', 64) },
            proof with { Hashes = otherSibling },
            proof with { Hashes = [.. proof.Hashes.Skip(1)] },
            proof with { Checkpoint = Prove(5, 12).Checkpoint },
            proof with { Checkpoint = "not a note" },
        ];
        Assert.All(wrong, changed => Assert.False(InclusionProof.Holds(changed)));
    }

    private static LedgerProof Prove(int index, int size)
    {
        var leaves = Enumerable.Range(0, size).Select(place => Leaf(Entry(place))).ToList();
        var note = $"assay.test/ledger\n{size}\n{Convert.ToBase64String(Root(leaves))}\n\n— assay.test/ledger c2lnbmF0dXJl\n";
        return new(index, Convert.ToHexStringLower(leaves[index]), [.. Path(index, leaves).Select(Convert.ToBase64String)], note, Entry(index));
    }

    private static string Entry(int place) => $$"""{"index":{{place}}}""";

    private static byte[] Leaf(string entry) => SHA256.HashData([0, .. Encoding.UTF8.GetBytes(entry)]);

    private static byte[] Root(List<byte[]> leaves)
    {
        if (leaves.Count == 1)
            return leaves[0];
        var left = LeftOf(leaves.Count);
        return SHA256.HashData([1, .. Root(leaves[..left]), .. Root(leaves[left..])]);
    }

    private static List<byte[]> Path(int index, List<byte[]> leaves)
    {
        if (leaves.Count == 1)
            return [];
        var left = LeftOf(leaves.Count);
        return index < left
            ? [.. Path(index, leaves[..left]), Root(leaves[left..])]
            : [.. Path(index - left, leaves[left..]), Root(leaves[..left])];
    }

    private static int LeftOf(int size)
    {
        var left = 1;
        while (left * 2 < size)
            left *= 2;
        return left;
    }
}
