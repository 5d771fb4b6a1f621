using System.Text.Json;
using Assay.Governance.Access.Decisions;
using Assay.Governance.Access.Roles;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;

namespace Assay.Governance.Access.Explanations;

/// <summary>
/// Answers other programs whether somebody may do something (OpenID AuthZEN Authorization API 1.0). An account or a
/// permission that does not exist is no error there but a "no".
/// </summary>
internal static class AuthZenRoutes
{
    private const string Evaluation = "/access/v1/evaluation";
    private const string Evaluations = "/access/v1/evaluations";
    private const string RequestId = "X-Request-ID";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Evaluation, One).WithName("EvaluateAccess").WithTags("Access").Requires(GovernancePermissions.AccessRead);
        routes.MapPost(Evaluations, Many).WithName("EvaluateAccessMany").WithTags("Access").Requires(GovernancePermissions.AccessRead);
        routes.MapGet("/.well-known/authzen-configuration", Configuration).WithName("AuthZenConfiguration").WithTags("Access")
            .AllowAnyone("It says where to ask, and holds no data.");
    }

    private static AuthZenConfiguration Configuration(HttpRequest request)
    {
        var here = $"{request.Scheme}://{request.Host}{request.PathBase}";
        return new(here, here + Evaluation, here + Evaluations);
    }

    private static async Task<AuthZenDecision> One(AuthZenEvaluation request, HttpContext http, Explainer explainer, CancellationToken cancel)
    {
        Echo(http);
        return await Decide(request, http, explainer, cancel);
    }

    private static async Task<IResult> Many(AuthZenEvaluations request, HttpContext http, Explainer explainer, CancellationToken cancel)
    {
        Echo(http);
        if (request.Evaluations is not { Count: > 0 } asked)
            return Results.Json(await Decide(new(request.Subject, request.Action, request.Resource), http, explainer, cancel));

        // The decision after which the rest is not answered any more; null to answer all.
        bool? last = request.Options?.EvaluationsSemantic switch
        {
            null or "execute_all" => null,
            "deny_on_first_deny" => false,
            "permit_on_first_permit" => true,
            var other => throw Refusal.Invalid("options", $"There is no semantic '{other}': use execute_all, deny_on_first_deny or permit_on_first_permit."),
        };
        var answers = new List<AuthZenDecision>();
        foreach (var each in asked)
        {
            var whole = new AuthZenEvaluation(each.Subject ?? request.Subject, each.Action ?? request.Action, each.Resource ?? request.Resource);
            answers.Add(await Decide(whole, http, explainer, cancel));
            if (answers[^1].Decision == last)
                break;
        }

        return Results.Json(new AuthZenDecisions(answers));
    }

    private static async Task<AuthZenDecision> Decide(AuthZenEvaluation asked, HttpContext http, Explainer explainer, CancellationToken cancel)
    {
        if (asked.Subject is not { Type.Length: > 0, Id.Length: > 0 } subject)
            throw Refusal.Invalid("subject", "Name the subject by type and id, such as {\"type\":\"user\",\"id\":\"ada\"}.");
        if (asked.Action?.Name is not { Length: > 0 } action)
            throw Refusal.Invalid("action", "Name the action, such as {\"name\":\"models.read\"}.");
        if (asked.Resource is not { Type.Length: > 0, Id.Length: > 0 } resource)
            throw Refusal.Invalid("resource", "Name the resource by type and id, such as {\"type\":\"models\",\"id\":\"churn\"}.");

        var permission = action.Contains('.', StringComparison.Ordinal) ? action
            : RoleTable.Permissions.FirstOrDefault(each => RoleTable.IsAbout(each, resource.Type) && each.EndsWith($".{action}", StringComparison.Ordinal)) ?? $"{resource.Type}.{action}";
        if (!RoleTable.Permissions.Contains(permission))
            return Answer(false, $"There is no permission '{permission}'.");
        var id = subject.Type == "token" && !subject.Id.StartsWith("token:", StringComparison.Ordinal) ? $"token:{subject.Id}" : subject.Id;
        if (await explainer.Find(id, cancel) is not var (principal, token))
            return Answer(false, $"There is no account or token '{subject.Id}'.");

        var place = PlaceOf(resource, http);
        if (place.Project != http.RequestServices.GetRequiredService<ProjectScope>().Name)
            MayAskAbout(place.Project!, http);
        var found = explainer.Explain(principal, token, permission, place);
        return Answer(found.Allowed, found.Because);
    }

    private static Place PlaceOf(AuthZenResource resource, HttpContext http)
    {
        var project = resource.Properties?.GetValueOrDefault("project") is { ValueKind: JsonValueKind.String } named
            ? named.GetString()
            : http.RequestServices.GetRequiredService<ProjectScope>().Name;
        return resource.Type == "project" ? new(resource.Id)
            : RoleTable.Kinds.Contains(resource.Type!) ? new(project, resource.Type, resource.Id)
            : new(project);
    }

    // The route's permission was asked for in the request's own project.
    private static void MayAskAbout(string project, HttpContext http)
    {
        var access = http.RequestServices.GetRequiredService<AccessState>().Current;
        if (!access.Allows(http.User, GovernancePermissions.AccessRead, new(project)))
            throw Refusal.Denied($"This needs the permission '{GovernancePermissions.AccessRead.Name}' in project '{project}', which your account or your token does not have there.");
    }

    private static AuthZenDecision Answer(bool decision, string because) =>
        new(decision, new(new Dictionary<string, string> { ["en"] = because }));

    private static void Echo(HttpContext http)
    {
        if (http.Request.Headers.TryGetValue(RequestId, out var id))
            http.Response.Headers[RequestId] = id;
    }
}
