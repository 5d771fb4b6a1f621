using System.Security.Cryptography;
using System.Text.Json;
using Assay.Governance;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Assay.Serving.Endpoints;
using Assay.Serving.Live;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.PredictionLog.Policies;

/// <summary>Changes what an endpoint's log keeps.</summary>
internal sealed class PolicyChange(AssayDb db, ILedger ledger, IBlobs blobs, LivePolicies policies, LiveEndpoints live, ProjectScope project)
{
    private const int NameLengthMax = 300;

    public async Task Make(string name, PutLogPolicyRequest request, CancellationToken cancel)
    {
        if (!await db.Endpoints.AnyAsync(row => row.Name == name, cancel))
            throw Refusal.NotFound("endpoint", name);
        var usual = policies.Usual;
        var (leftOut, hashed) = (Sorted("leaveOut", name, request.LeaveOut), Sorted("hash", name, request.Hash));
        if (leftOut.Intersect(hashed).FirstOrDefault() is { } both)
            throw Refusal.Invalid("hash", $"The input '{both}' is to be left out and hashed. Name it in one of the two.");

        var row = await db.LogPolicies.SingleOrDefaultAsync(row => row.Endpoint == name, cancel);
        byte[] key;   // before anything is saved: what could fail afterwards would leave memory with the former policy
        if (row is not null)
        {
            key = await Key(policies, row, cancel);
        }
        else
        {
            key = RandomNumberGenerator.GetBytes(LivePolicies.KeySize);
            db.LogPolicies.Add(row = new LogPolicy { Endpoint = name, HashKey = (await blobs.Put(new MemoryStream(key), cancel)).Digest.ToString() });
        }

        (row.Enabled, row.KeepDays) = (request.Enabled ?? usual.Enabled, request.KeepDays ?? usual.KeepDays);
        (row.LeftOut, row.Hashed) = (JsonSerializer.Serialize(leftOut), JsonSerializer.Serialize(hashed));
        ledger.Append(new PredictionLogChanged(name, row.Enabled, row.KeepDays, leftOut, hashed));
        await db.SaveChangesAsync(CancellationToken.None);   // who leaves now must not leave a policy saved and not obeyed
        policies.Obey(row, key);
    }

    private static async Task<byte[]> Key(LivePolicies policies, LogPolicy row, CancellationToken cancel)
    {
        try
        {
            return await policies.Key(row, cancel);
        }
        catch (Exception problem) when (LivePolicies.IsUnreadable(problem))
        {
            throw Refusal.Unavailable($"The key of this endpoint's hashes can't be read ({problem.Message}). Bring back the blob {row.HashKey} and the keys of the home, then try again.");
        }
    }

    // A name that the model of today doesn't have is allowed only while no model is there to ask: else it is a misspelling,
    // and what somebody wanted to hide would be kept.
    private List<string> Sorted(string field, string endpoint, IReadOnlyList<string>? names)
    {
        var inputs = Inputs(live.Find(project.Name!, endpoint)?.Model);
        foreach (var name in names ?? [])
        {
            if (name is not { Length: > 0 and <= NameLengthMax })
                throw Refusal.Invalid(field, $"The name of an input has 1 to {NameLengthMax} characters.");
            if (inputs.Count > 0 && !inputs.Contains(name))
                throw Refusal.Invalid(field, $"The model has no input '{name}'. Its inputs are {Listed(inputs)}.");
        }

        return [.. (names ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    // Of a model of tensors its inputs, and the columns of the only one.
    private static List<string> Inputs(ServedModel? model) =>
        model is null ? [] : [.. model.Signature.Inputs.Select(input => input.Name), .. model.Columns ?? []];

    private static string Listed(List<string> inputs) =>
        string.Join(", ", inputs.Take(20).Select(input => $"'{input}'")) + (inputs.Count > 20 ? " and others" : "");
}
