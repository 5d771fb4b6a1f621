using Assay.Governance.Ledger;

namespace Assay.Tests.Governance;

/// <summary>The reference leaves and roots of RFC 6962 implementations.</summary>
public class MerkleTreeTests
{
    private static readonly string[] Leaves =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    [Theory]
    [InlineData(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4")]
    [InlineData(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void Roots_are_those_of_the_reference(int size, string root) =>
        Assert.Equal(root, Convert.ToHexStringLower(MerkleTree.Root(Hashes(size))));

    [Fact]
    public void An_inclusion_proof_holds_for_its_leaf_and_for_no_other()
    {
        var root = MerkleTree.Root(Hashes(8));
        var proof = new[] { Hashes(8)[4], MerkleTree.NodeHash(Hashes(8)[6], Hashes(8)[7]), MerkleTree.Root(Hashes(4)) };
        Assert.True(MerkleTree.VerifyInclusion(Hashes(8)[5], 5, 8, proof, root));
        Assert.False(MerkleTree.VerifyInclusion(Hashes(8)[4], 5, 8, proof, root));
        Assert.False(MerkleTree.VerifyInclusion(Hashes(8)[5], 4, 8, proof, root));
        Assert.False(MerkleTree.VerifyInclusion(Hashes(8)[5], 5, 8, proof[..2], root));
    }

    private static List<byte[]> Hashes(int count) => [.. Leaves[..count].Select(leaf => MerkleTree.LeafHash(Convert.FromHexString(leaf)))];
}
