using System.Text;
using System.Text.Json;
using Assay.Governance.Keys;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Registry.Signatures;

namespace Assay.Registry.Policies;

/// <summary>
/// Signs a policy as it is published, and checks it as it is read: somebody who can write into the database can't soften a
/// rule, or hand the authorship of one to somebody else.
/// </summary>
internal sealed class PolicySeal(ISigningKey key, ISigningKeys keys, ProjectScope project)
{
    /// <summary>The signed statement, and the key that checks it.</summary>
    public (string Envelope, string KeyHint) Make(string stage, int number, Digest digest, string publishedBy)
    {
        var predicate = JsonSerializer.SerializeToNode(new PolicyPredicate(project.Name!, stage, number, publishedBy), AssayJson.Options)!;
        var statement = Statement.Write($"policy:{stage}", digest, Predicates.Policy, predicate);
        return (Encoding.UTF8.GetString(SigstoreBundle.Seal(statement, key)), key.Hint);
    }

    /// <summary>Why the row is not what was published; null when it is.</summary>
    public string? ProblemOf(PolicyVersion row)
    {
        var name = $"policy {row.Number} of {row.Stage}";
        try
        {
            var bundle = SigstoreBundle.Wrap(Encoding.UTF8.GetBytes(row.Envelope), row.KeyHint);
            var statement = Statement.Read(SigstoreBundle.Open(bundle, keys.PublicKeyOf(row.KeyHint) ?? key.PublicKeyPem, name), name);
            var signed = statement.Predicate.Deserialize<PolicyPredicate>(AssayJson.Options);
            return statement.PredicateType != Predicates.Policy || statement.Subject != Digest.Of(Encoding.UTF8.GetBytes(row.Yaml))
                || signed != new PolicyPredicate(row.Project, row.Stage, row.Number, row.PublishedBy)
                ? $"{name} is not what was published"
                : null;
        }
        catch (Exception problem) when (problem is InvalidSignatureException or JsonException)
        {
            return $"{name} is not what was published: {problem.Message}";
        }
    }

    private sealed record PolicyPredicate(string Project, string Stage, int Number, string PublishedBy);
}
