using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Assay.Serve.Access;

/// <summary>
/// The keys of callers, read from a file of lines <c>NAME sha256:HASH MODELS [manage]</c>, where MODELS is <c>*</c> or names with
/// commas between them. A key is 256 random bits, so its plain hash tells nobody what it is.
/// </summary>
internal sealed class CallerKeys
{
    private const string Prefix = "assay_";
    private const string HashMark = "sha256:";
    private const string Manage = "manage";
    private const int HashLength = 64;

    private readonly Dictionary<string, ServeCaller> _byHash = new(StringComparer.Ordinal);

    /// <summary>The caller who has this key; null when nobody does.</summary>
    public ServeCaller? Find(string key) => _byHash.GetValueOrDefault(Hash(key));

    /// <summary>Reads a file.</summary>
    /// <exception cref="ServeRefusedException">It can't be read; the message says which line is wrong.</exception>
    public static CallerKeys Read(string file)
    {
        var (keys, number) = (new CallerKeys(), 0);
        foreach (var line in Lines(file))
        {
            number++;
            if (line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is not [_, ..] words || words[0].StartsWith('#'))
                continue;
            if (OfLine(words) is not var (hash, caller) || !keys._byHash.TryAdd(hash, caller))
                throw new ServeRefusedException($"{file}, line {number}: expected NAME sha256:HASH MODELS, where MODELS is * or names with commas between them, and 'manage' behind them for who may load and unload; each hash once. 'new-key' writes such a line.");
        }

        return keys;
    }

    /// <summary>The bytes of a file, to tell whether it changed.</summary>
    /// <exception cref="ServeRefusedException">It can't be read.</exception>
    public static byte[] Bytes(string file) => Opened(file, File.ReadAllBytes);

    /// <summary>A new key, and the line that lets its holder in.</summary>
    public static (string Key, string Line) New(string name, IReadOnlyCollection<string> models, bool manages)
    {
        var key = $"{Prefix}{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";
        return (key, $"{name} {HashMark}{Hash(key)} {(models.Count == 0 ? ServeCaller.All : string.Join(',', models))}{(manages ? $" {Manage}" : "")}");
    }

    private static (string Hash, ServeCaller Caller)? OfLine(string[] words)
    {
        if (words is not [var name, var hash, var models, .. var rest] || rest is not ([] or [Manage]) || !hash.StartsWith(HashMark, StringComparison.Ordinal))
            return null;
        hash = hash[HashMark.Length..].ToLowerInvariant();
        if (hash.Length != HashLength || !hash.All(char.IsAsciiHexDigit))
            return null;
        var named = models == ServeCaller.All ? null : models.Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        return (hash, new(name, named, rest.Length > 0));
    }

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static string[] Lines(string file) => Opened(file, File.ReadAllLines);

    private static T Opened<T>(string file, Func<string, T> open)
    {
        try
        {
            return open(file);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ServeRefusedException($"The keys can't be read from {file}: {problem.Message}", problem);
        }
    }
}
