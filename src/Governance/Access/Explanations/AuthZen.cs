using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assay.Governance.Access.Explanations;

// The names and the forms here are those of the OpenID AuthZEN Authorization API 1.0. Whoever asks may say more than is looked at here.

/// <summary>Who: <c>type</c> may be user, person, service or token; <c>id</c> is an account's id or name.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record AuthZenSubject([property: JsonPropertyName("type")] string? Type, [property: JsonPropertyName("id")] string? Id);

/// <summary>What: a permission such as <c>models.read</c>, or its verb alone when the resource has a type.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record AuthZenAction([property: JsonPropertyName("name")] string? Name);

/// <summary>On what: <c>type</c> is a kind such as <c>models</c> or <c>project</c>, <c>id</c> its name; <c>properties.project</c> names the project.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record AuthZenResource(
    [property: JsonPropertyName("type")] string? Type,
    [property: JsonPropertyName("id")] string? Id,
    [property: JsonPropertyName("properties")] Dictionary<string, JsonElement>? Properties = null);

/// <summary>One question. In a batch, what a question leaves out is taken from the batch itself.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record AuthZenEvaluation(
    [property: JsonPropertyName("subject")] AuthZenSubject? Subject,
    [property: JsonPropertyName("action")] AuthZenAction? Action,
    [property: JsonPropertyName("resource")] AuthZenResource? Resource,
    [property: JsonPropertyName("context")] JsonElement? Context = null);

/// <summary>How a batch is worked through.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record AuthZenOptions([property: JsonPropertyName("evaluations_semantic")] string? EvaluationsSemantic);

/// <summary>Up to 100 questions.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record AuthZenEvaluations(
    [property: JsonPropertyName("subject")] AuthZenSubject? Subject,
    [property: JsonPropertyName("action")] AuthZenAction? Action,
    [property: JsonPropertyName("resource")] AuthZenResource? Resource,
    [property: JsonPropertyName("context")] JsonElement? Context,
    [property: JsonPropertyName("evaluations"), MaxLength(100)] IReadOnlyList<AuthZenEvaluation>? Evaluations,
    [property: JsonPropertyName("options")] AuthZenOptions? Options);

/// <summary>The answer to one question, with the reason.</summary>
public sealed record AuthZenDecision(
    [property: JsonPropertyName("decision")] bool Decision, [property: JsonPropertyName("context")] AuthZenReason Context);

/// <summary>Why, for administrators, in English.</summary>
public sealed record AuthZenReason([property: JsonPropertyName("reason_admin")] IReadOnlyDictionary<string, string> ReasonAdmin);

/// <summary>The answers to a batch, in its order.</summary>
public sealed record AuthZenDecisions([property: JsonPropertyName("evaluations")] IReadOnlyList<AuthZenDecision> Evaluations);

/// <summary>Where the questions are to be sent.</summary>
public sealed record AuthZenConfiguration(
    [property: JsonPropertyName("policy_decision_point")] string PolicyDecisionPoint,
    [property: JsonPropertyName("access_evaluation_endpoint")] string AccessEvaluationEndpoint,
    [property: JsonPropertyName("access_evaluations_endpoint")] string AccessEvaluationsEndpoint);
