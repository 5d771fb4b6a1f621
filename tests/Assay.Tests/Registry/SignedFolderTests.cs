using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Governance.Keys;
using Assay.Registry;
using Assay.Registry.Signatures;

namespace Assay.Tests.Registry;

public sealed class SignedFolderTests : IDisposable
{
    private readonly TemporaryFolder _keys = new();
    private readonly TemporaryFolder _folder = new();
    private readonly FileSigningKey _key;

    public SignedFolderTests()
    {
        _key = (FileSigningKey)new FileKeyProvider(_keys.Path).Make(1);
        Write("model.onnx", "graph");
        Write("schema.json", "{}");
        Write("extra/notes.txt", "notes");
    }

    [Fact]
    public void A_signed_folder_verifies_with_and_without_a_key_of_the_callers()
    {
        var root = SignedFolder.Sign(_folder.Path, _key);

        foreach (var report in new[] { SignedFolder.Verify(_folder.Path), SignedFolder.Verify(_folder.Path, _key.PublicKeyPem) })
        {
            Assert.Null(report.Problem);
            Assert.True(report.Verified);
            Assert.Equal(root.ToString(), report.RootDigest);
            Assert.Equal(_key.PublicKeyPem, report.PublicKey);
            Assert.Equal(File.ReadAllText(_folder["model.sig"]), report.Bundle);
        }
    }

    [Fact]
    public void The_root_is_the_hash_of_the_files_hashes_in_order_of_their_names()
    {
        var expected = SHA256.HashData([.. Hash("notes"), .. Hash("graph"), .. Hash("{}")]);

        Assert.Equal(Convert.ToHexStringLower(expected), SignedFolder.Sign(_folder.Path, _key).Hex);
        Assert.Equal(Convert.ToHexStringLower(expected), SignedFolder.RootOf(_folder.Path).Hex);
    }

    [Theory]
    [InlineData("model.onnx", 2, "model.onnx is not the file that was signed.")]
    [InlineData("extra/notes.txt", 0, "extra/notes.txt is not the file that was signed.")]
    public void One_flipped_bit_is_found_and_the_file_named(string file, int place, string problem)
    {
        SignedFolder.Sign(_folder.Path, _key);
        Flip(file, place);

        Assert.Equal(problem, SignedFolder.Verify(_folder.Path).Problem);
    }

    [Fact]
    public void No_byte_of_the_signature_or_its_key_can_be_flipped_unseen()
    {
        SignedFolder.Sign(_folder.Path, _key);
        var expected = SignedFolder.Verify(_folder.Path).RootDigest;

        foreach (var file in new[] { "model.sig", "model.sig.pub" })
        {
            var length = new FileInfo(_folder[file]).Length;
            for (var place = 0; place < length; place++)
            {
                Flip(file, place);
                var report = SignedFolder.Verify(_folder.Path, file == "model.sig" ? _key.PublicKeyPem : null);
                Assert.True(!report.Verified || (report.RootDigest == expected && Means(report.Bundle)), $"byte {place} of {file}");
                Flip(file, place);
            }
        }

        Assert.True(SignedFolder.Verify(_folder.Path).Verified);
    }

    /// <summary>A name that no verifier reads (such as that of the empty key id) may change; the signed content may not.</summary>
    private bool Means(string bundle) =>
        JsonNode.Parse(bundle)!["dsseEnvelope"]!["payload"]!.ToString() == JsonNode.Parse(File.ReadAllText(_folder["model.sig"]))!["dsseEnvelope"]!["payload"]!.ToString();

    [Fact]
    public void A_missing_an_added_and_a_linked_file_are_found_and_named()
    {
        SignedFolder.Sign(_folder.Path, _key);

        File.Move(_folder["schema.json"], _keys["schema.json"]);
        Assert.Equal("schema.json was signed and is missing.", SignedFolder.Verify(_folder.Path).Problem);
        File.CreateSymbolicLink(_folder["schema.json"], _keys["schema.json"]);
        Assert.Contains("schema.json is a symbolic link", SignedFolder.Verify(_folder.Path).Problem, StringComparison.Ordinal);
        File.Delete(_folder["schema.json"]);
        File.Move(_keys["schema.json"], _folder["schema.json"]);
        Write("extra/more.bin", "more");
        Assert.Equal("extra/more.bin was not signed.", SignedFolder.Verify(_folder.Path).Problem);
    }

    [Fact]
    public void What_a_repository_adds_around_a_model_is_not_counted()
    {
        SignedFolder.Sign(_folder.Path, _key);
        Write(".gitattributes", "x");
        Write(".git/config", "x");

        Assert.True(SignedFolder.Verify(_folder.Path).Verified);
    }

    [Fact]
    public void Another_key_is_refused_also_when_it_signed_the_same_files()
    {
        using var others = new TemporaryFolder();
        using var other = (FileSigningKey)new FileKeyProvider(others.Path).Make(1);
        SignedFolder.Sign(_folder.Path, other);

        Assert.True(SignedFolder.Verify(_folder.Path).Verified);
        Assert.Contains("another key", SignedFolder.Verify(_folder.Path, _key.PublicKeyPem).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_a_public_key_is_not_taken_for_another_key()
    {
        SignedFolder.Sign(_folder.Path, _key);
        var privateKey = Directory.EnumerateFiles(_keys.Path).Select(File.ReadAllText).First(text => text.Contains("PRIVATE", StringComparison.Ordinal));
        foreach (var text in new[] { "", "no key", privateKey, _key.PublicKeyPem.Replace("MFkw", "AAAA", StringComparison.Ordinal) })
        {
            Assert.Contains("as public key holds none", SignedFolder.Verify(_folder.Path, text).Problem, StringComparison.Ordinal);
            await File.WriteAllTextAsync(_keys["given.pem"], text, TestContext.Current.CancellationToken);
            var refused = await Assert.ThrowsAsync<InvalidDataException>(() => SignedFolder.ReadKeys(_keys["given.pem"], TestContext.Current.CancellationToken));
            Assert.StartsWith($"{_keys["given.pem"]} holds no public key.", refused.Message, StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(_keys["given.pem"], _key.PublicKeyPem, TestContext.Current.CancellationToken);
        Assert.Equal(_key.PublicKeyPem, await SignedFolder.ReadKeys(_keys["given.pem"], TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("""{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{}},"dsseEnvelope":{}}""")]
    public void What_is_no_bundle_is_refused_with_a_sentence(string content)
    {
        SignedFolder.Sign(_folder.Path, _key);
        Write("model.sig", content);

        var report = SignedFolder.Verify(_folder.Path);

        Assert.False(report.Verified);
        Assert.Contains("model.sig is not a", report.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_signature_says_so()
    {
        Assert.Contains("There is no model.sig", SignedFolder.Verify(_folder.Path).Problem, StringComparison.Ordinal);
        Assert.False(SignedFolder.Verify(_folder["nowhere"]).Verified);
    }

    [Fact]
    public void The_bundle_has_the_form_that_other_tools_read()
    {
        SignedFolder.Sign(_folder.Path, _key);
        var bundle = JsonNode.Parse(File.ReadAllText(_folder["model.sig"]))!;
        var statement = JsonNode.Parse(Convert.FromBase64String(bundle["dsseEnvelope"]!["payload"]!.ToString()))!;

        Assert.Equal("application/vnd.dev.sigstore.bundle.v0.3+json", bundle["mediaType"]!.ToString());
        Assert.Equal(_key.Hint, bundle["verificationMaterial"]!["publicKey"]!["hint"]!.ToString());
        Assert.Empty(bundle["verificationMaterial"]!["tlogEntries"]!.AsArray());
        Assert.Equal("application/vnd.in-toto+json", bundle["dsseEnvelope"]!["payloadType"]!.ToString());
        Assert.Equal("https://in-toto.io/Statement/v1", statement["_type"]!.ToString());
        Assert.Equal("https://model_signing/signature/v1.0", statement["predicateType"]!.ToString());
        Assert.Equal(Path.GetFileName(_folder.Path), Assert.Single(statement["subject"]!.AsArray())!["name"]!.ToString());
        Assert.Equal(
            ["extra/notes.txt", "model.onnx", "schema.json"],
            statement["predicate"]!["resources"]!.AsArray().Select(resource => resource!["name"]!.ToString()));
        Assert.Equal("files", statement["predicate"]!["serialization"]!["method"]!.ToString());
    }

    [Fact]
    public void Nonsense_anywhere_in_a_bundle_or_a_signed_statement_is_refused_and_never_throws()
    {
        var root = SignedFolder.Sign(_folder.Path, _key).ToString();
        var bundle = File.ReadAllText(_folder["model.sig"]);
        var statement = Encoding.UTF8.GetString(Convert.FromBase64String(JsonNode.Parse(bundle)!["dsseEnvelope"]!["payload"]!.ToString()));

        foreach (var changed in Mutations(bundle).Concat(Mutations(statement).Select(Resigned)))
        {
            File.WriteAllText(_folder["model.sig"], changed);
            var report = SignedFolder.Verify(_folder.Path);
            Assert.True(report.Verified ? report.RootDigest == root : report.Problem is not null, changed);
        }

        string Resigned(string content)
        {
            var envelope = JsonNode.Parse(bundle)!;
            var signature = _key.Sign(Dsse.PreAuthentication("application/vnd.in-toto+json", Encoding.UTF8.GetBytes(content)));
            envelope["dsseEnvelope"]!["payload"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(content));
            envelope["dsseEnvelope"]!["signatures"]![0]!["sig"] = Convert.ToBase64String(signature);
            return envelope.ToJsonString();
        }
    }

    /// <summary>The document with each of its values replaced by values of every other form.</summary>
    private static IEnumerable<string> Mutations(string json)
    {
        for (var index = 0; ; index++)
        {
            foreach (var replacement in new[] { "null", "1", "\"x\"", "[]", "{}", "[null]", "[{}]" })
            {
                var document = JsonNode.Parse(json)!;
                var values = Values(document).ToList();
                if (index == values.Count)
                    yield break;
                values[index](JsonNode.Parse(replacement));
                yield return document.ToJsonString();
            }
        }
    }

    private static IEnumerable<Action<JsonNode?>> Values(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members.ToList())
            {
                yield return replacement => members[name] = replacement;
                foreach (var inner in Values(value))
                    yield return inner;
            }
        }
        else if (node is JsonArray items)
        {
            for (var index = 0; index < items.Count; index++)
            {
                var place = index;
                yield return replacement => items[place] = replacement;
                foreach (var inner in Values(items[place]))
                    yield return inner;
            }
        }
    }

    [Fact]
    public void A_signature_that_the_reference_tool_made_verifies()
    {
        // OpenSSF model_signing 1.1.0 signed these two files with a P-384 key; published among its own tests.
        const string PublicKey = """
            -----BEGIN PUBLIC KEY-----
            MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEsu6rZGBTjxtvRWPMixT+3HyndV0J0Ybt
            aHZUcO4DEK+OJHO/4e32bb/fbJKSpRgcBsIpKLcVijUomyFOERbd7u+BTPSUjGZD
            Qq6J7lTvp/EAXQGOKxW9RP0MGX3qAkvi
            -----END PUBLIC KEY-----
            """;
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["signme-1"], "signme-1\n");
        File.WriteAllText(folder["signme-2"], "signme-2");
        File.WriteAllText(folder["ignore-me"], "whatever");
        File.WriteAllText(folder["model.sig"], ReferenceBundle);

        var report = SignedFolder.Verify(folder.Path, PublicKey);
        File.WriteAllText(folder["signme-2"], "signme-3");

        Assert.Null(report.Problem);
        Assert.Equal("sha256:92745110b1ab4368471cbe31664e10174e954b113a3df333db860317b2c6dec4", report.RootDigest);
        Assert.Equal("signme-2 is not the file that was signed.", SignedFolder.Verify(folder.Path, PublicKey).Problem);
    }

    [Fact]
    public void The_envelope_signs_type_and_body_with_their_lengths() =>
        Assert.Equal(
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
            Encoding.UTF8.GetString(Dsse.PreAuthentication("http://example.com/HelloWorld", "hello world"u8)));

    [Theory]
    [InlineData("-_-_")]
    [InlineData("+/+/")]
    public void Both_alphabets_of_Base64_are_read(string text) => Assert.Equal([0xfb, 0xff, 0xbf], Dsse.FromBase64(text));

    public void Dispose()
    {
        _key.Dispose();
        _keys.Dispose();
        _folder.Dispose();
    }

    private const string ReferenceBundle = """
        {"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":"e8450dec4eb99dae995da9af1bc2cc9f76ed669ee2e744f57abba763df3e3f8e"},"tlogEntries":[]},"dsseEnvelope":{"payload":"ewogICJfdHlwZSI6ICJodHRwczovL2luLXRvdG8uaW8vU3RhdGVtZW50L3YxIiwKICAic3ViamVjdCI6IFsKICAgIHsKICAgICAgIm5hbWUiOiAidjEuMS4wLWVsbGlwdGljLWtleSIsCiAgICAgICJkaWdlc3QiOiB7CiAgICAgICAgInNoYTI1NiI6ICI5Mjc0NTExMGIxYWI0MzY4NDcxY2JlMzE2NjRlMTAxNzRlOTU0YjExM2EzZGYzMzNkYjg2MDMxN2IyYzZkZWM0IgogICAgICB9CiAgICB9CiAgXSwKICAicHJlZGljYXRlVHlwZSI6ICJodHRwczovL21vZGVsX3NpZ25pbmcvc2lnbmF0dXJlL3YxLjAiLAogICJwcmVkaWNhdGUiOiB7CiAgICAicmVzb3VyY2VzIjogWwogICAgICB7CiAgICAgICAgImFsZ29yaXRobSI6ICJzaGEyNTYiLAogICAgICAgICJuYW1lIjogInNpZ25tZS0xIiwKICAgICAgICAiZGlnZXN0IjogImJjOWE3MTdkYjYwNjRhMzJjYmU5ZWFlNmZjNDA2NTFkZDZkMzZlZjE3NTcxODNmNTkwZWZmMmIxNzY1ZDdlYmMiCiAgICAgIH0sCiAgICAgIHsKICAgICAgICAiYWxnb3JpdGhtIjogInNoYTI1NiIsCiAgICAgICAgIm5hbWUiOiAic2lnbm1lLTIiLAogICAgICAgICJkaWdlc3QiOiAiMzJkY2IxZjhlMWFlNTJkNTk2M2U1NmE2YmEwNmFiNThiNDI0YzE1ZWQyYTZiNzBkMmZlY2ExZDA4OTM3MDAyOCIKICAgICAgfQogICAgXSwKICAgICJzZXJpYWxpemF0aW9uIjogewogICAgICAiYWxsb3dfc3ltbGlua3MiOiBmYWxzZSwKICAgICAgIm1ldGhvZCI6ICJmaWxlcyIsCiAgICAgICJoYXNoX3R5cGUiOiAic2hhMjU2IiwKICAgICAgImlnbm9yZV9wYXRocyI6IFsKICAgICAgICAiLmdpdCIsCiAgICAgICAgIm1vZGVsLnNpZyIsCiAgICAgICAgImlnbm9yZS1tZSIsCiAgICAgICAgIi5naXRhdHRyaWJ1dGVzIiwKICAgICAgICAiLmdpdGlnbm9yZSIsCiAgICAgICAgIi5naXRodWIiCiAgICAgIF0KICAgIH0KICB9Cn0=","payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"MGUCMQCVqSw64cBnPHqbyadq+OIgwQSg7WW8Mztp3dJ++atQsxzbtwafJJ164u7WEXmx5hECMBSiShuN7OTLec6wLXpHUjFIQA/hhiBCjSzM9Q2cIUZpDmv+tWs1AkNxstJDbNl0lQ==","keyid":""}]}}
        """;

    private static byte[] Hash(string content) => SHA256.HashData(Encoding.UTF8.GetBytes(content));

    private void Write(string file, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
        File.WriteAllText(_folder[file], content);
    }

    private void Flip(string file, long place)
    {
        var bytes = File.ReadAllBytes(_folder[file]);
        bytes[place] ^= 1;
        File.WriteAllBytes(_folder[file], bytes);
    }
}
