package dev.conclave.cli;

import java.util.Optional;

/**
 * What the options before the command, or among its own, and the environment say.
 *
 * @param url the backend, with --ttl and --namespace already among its options
 * @param isUrlGiven whether the caller chose the backend
 * @param givenMember the member id, if the caller chose it
 * @param member the member id, chosen or made up
 * @param json whether results are JSON
 * @param verbose whether to tell more
 */
record Settings(
        String url, boolean isUrlGiven, Optional<String> givenMember, String member, boolean json, boolean verbose) {

    /** Which backend and namespace this is, as far as the URL's text tells; no secrets. */
    String backend() {
        int question = url.indexOf('?');
        String place = question < 0 ? url : url.substring(0, question);
        String namespace = UrlOptions.valueOf(url, "namespace").orElse("conclave");
        return place.substring(0, place.indexOf(':') + 1) + place.substring(place.lastIndexOf('@') + 1) + " "
                + namespace;
    }
}
